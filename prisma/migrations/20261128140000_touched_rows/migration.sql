-- Old code: works.

-- A replay withdraws what an event said before. To find it, each event keeps the rows that it touched, as `table/key`:
-- null until it is processed, and in rows that an older version processed.
ALTER TABLE webhook_events ADD COLUMN touched text[];
-- Set while an event waits to be revised: the name of the replay, then the kinds of effects to be asked for again.
ALTER TABLE webhook_events ADD COLUMN revision text;

CREATE INDEX webhook_events_touched ON webhook_events USING gin (touched) WHERE touched IS NOT NULL;
CREATE INDEX webhook_events_revisions ON webhook_events (ordering_key, id) WHERE revision IS NOT NULL;
CREATE INDEX webhook_events_untraced ON webhook_events (id) WHERE touched IS NULL AND status = 'processed';

-- Rows of which retention has deleted an event. Nobody knows any more what it said, so a replay merges into such a row
-- and takes nothing from it.
CREATE TABLE frozen_rows (
  row_key text PRIMARY KEY,
  frozen_at timestamptz(3) NOT NULL DEFAULT now()
);

-- Retention has run here if money or messages name an event that is gone. Then any row may lack events, except payments
-- and references whose first event is still there: events are deleted in the order in which they were processed.
INSERT INTO frozen_rows (row_key)
SELECT row_key FROM (
  SELECT 'customers/' || stripe_customer_id AS row_key FROM customers
  UNION SELECT 'subscriptions/' || stripe_subscription_id FROM subscriptions
  UNION SELECT 'invoices/' || stripe_invoice_id FROM invoices
  UNION SELECT 'checkout_sessions/' || stripe_checkout_session_id FROM checkout_sessions
  UNION SELECT 'payment_methods/' || stripe_payment_method_id FROM payment_methods
  UNION SELECT 'connected_accounts/' || account FROM connected_accounts
  UNION SELECT 'products/' || stripe_product_id FROM products
  UNION SELECT 'prices/' || stripe_price_id FROM prices
  UNION SELECT 'entitlement_summaries/' || stripe_customer_id FROM entitlement_summaries
  UNION SELECT 'refunds/' || stripe_refund_id FROM refunds
  UNION SELECT 'disputes/' || stripe_dispute_id FROM disputes
  UNION SELECT 'credit_notes/' || stripe_credit_note_id FROM credit_notes
  UNION SELECT 'fraud_warnings/' || stripe_fraud_warning_id FROM fraud_warnings
  UNION SELECT 'generation_jobs/' || prediction_id FROM generation_jobs WHERE registers <> '{}'
  UNION SELECT 'variants/' || j.prediction_id FROM generation_jobs j JOIN renders r ON r.generation_job_id = j.id
  UNION SELECT 'payments/' || payment_id FROM payments p
    WHERE NOT EXISTS (SELECT FROM webhook_events e WHERE e.id = p.webhook_event_id)
  UNION SELECT 'payment_references/' || reference FROM payment_references p
    WHERE NOT EXISTS (SELECT FROM webhook_events e WHERE e.id = p.webhook_event_id)
) AS present
WHERE row_key IS NOT NULL AND EXISTS (
  SELECT FROM (
    SELECT webhook_event_id AS id FROM ledger_entries UNION ALL SELECT webhook_event_id FROM payments
    UNION ALL SELECT webhook_event_id FROM notifications
  ) AS named
  WHERE named.id > 0 AND NOT EXISTS (SELECT FROM webhook_events e WHERE e.id = named.id)
);
