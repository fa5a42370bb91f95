-- Old code: works.

-- `sluice find` looks by these. Upper and lower case of an e-mail address are the same.
CREATE INDEX users_email ON users (lower(email));
CREATE INDEX customers_email ON customers (lower(email));
CREATE INDEX notifications_recipient ON notifications (lower(recipient));
CREATE INDEX checkout_sessions_email ON checkout_sessions (lower(customer_email)) WHERE customer_email IS NOT NULL;
CREATE INDEX payment_references_email ON payment_references (lower(email)) WHERE email IS NOT NULL;

-- CreateIndex
CREATE INDEX "documents_number_idx" ON "documents"("number");
