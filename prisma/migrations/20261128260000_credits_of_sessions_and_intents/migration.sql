-- Old code: works

-- Webhooks of Checkout come without line items: a worker fetches them once somebody sells credits.
ALTER TABLE "checkout_sessions" ADD COLUMN "lines_fetch_after" TIMESTAMPTZ(3) NOT NULL DEFAULT now();
CREATE INDEX "checkout_sessions_without_lines" ON "checkout_sessions" ("lines_fetch_after")
  WHERE "mode" = 'payment' AND "payment_status" = 'paid' AND NOT "sells_credits" AND NOT "registers" ? 'sold';

-- Whether the metadata of the intent or charge names credits.
ALTER TABLE "payment_references" ADD COLUMN "sells_credits" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "payment_references_that_sell_credits" ON "payment_references" ("payment_id") WHERE "sells_credits";
