-- Old code: works.

-- The language of a customer's e-mail: the customer's own, else that of the checkout.
ALTER TABLE "customers" ADD COLUMN "preferred_locales" TEXT;
ALTER TABLE "checkout_sessions" ADD COLUMN "locale" TEXT;
