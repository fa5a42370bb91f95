-- Old code: works. Its dead letters reopen no group, and name neither their customer nor their money.

-- AlterTable
ALTER TABLE "webhook_dead_letters" ADD COLUMN     "amount" BIGINT,
ADD COLUMN     "currency" TEXT,
ADD COLUMN     "customer_id" TEXT;

-- CreateTable
CREATE TABLE "dead_letter_groups" (
    "fingerprint" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "ignored_until" TIMESTAMPTZ(3),
    "note" TEXT,
    "owner" TEXT,
    "changed_by" TEXT,
    "changed_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_version" TEXT,
    "regressed_at" TIMESTAMPTZ(3),

    CONSTRAINT "dead_letter_groups_pkey" PRIMARY KEY ("fingerprint")
);

ALTER TABLE dead_letter_groups ADD CONSTRAINT dead_letter_groups_state_check CHECK (state IN ('open', 'ignored', 'resolved'));

-- The money that an event of Stripe is about: the sum that its object names. No row for a body that is no JSON, or names none.
CREATE FUNCTION sluice_money_in(body bytea) RETURNS TABLE (amount bigint, currency text)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  object jsonb;
BEGIN
  object := convert_from(body, 'UTF8')::jsonb #> '{data,object}';
  amount := coalesce(nullif(object ->> 'amount_paid', '0'), object ->> 'amount_due', object ->> 'amount_total',
    object ->> 'amount')::bigint;
  currency := object ->> 'currency';
  IF amount IS NOT NULL AND currency IS NOT NULL THEN RETURN NEXT; END IF;
EXCEPTION WHEN data_exception THEN
  RETURN;
END
$$;

UPDATE webhook_dead_letters d SET customer_id = e.customer_id,
  (amount, currency) = (SELECT money.amount, money.currency FROM sluice_money_in(d.raw_body) AS money)
FROM webhook_events e
WHERE e.provider = d.provider AND e.event_id = d.event_id AND d.redriven_at IS NULL AND d.outbox_message_id IS NULL;
