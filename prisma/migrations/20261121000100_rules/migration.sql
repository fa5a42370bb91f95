-- What Prisma's schema cannot say: checks, partial indexes, the claim, and who may do what.

ALTER TABLE webhook_events ADD CONSTRAINT webhook_events_status_check
  CHECK (status IN ('received', 'processed', 'ignored', 'failed'));
ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_status_check
  CHECK (status IN ('pending', 'done', 'failed'));
ALTER TABLE users ADD CONSTRAINT users_role_check CHECK (role IN ('FREE', 'PREMIUM'));
ALTER TABLE subscriptions ADD CONSTRAINT subscriptions_billing_period_check
  CHECK (billing_period IN ('daily', 'weekly', 'monthly', 'yearly'));
ALTER TABLE payments ADD CONSTRAINT payments_status_check CHECK (status IN ('succeeded', 'failed'));
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_account_check
  CHECK (account IN ('cash', 'revenue', 'refunds', 'disputes'));
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_direction_check CHECK (direction IN ('debit', 'credit'));
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_amount_check CHECK (amount > 0);
ALTER TABLE documents ADD CONSTRAINT documents_kind_check CHECK (kind IN ('receipt', 'invoice'));
ALTER TABLE variants ADD CONSTRAINT variants_status_check CHECK (status IN ('pending', 'stored', 'refused', 'failed'));

CREATE INDEX webhook_events_sweep ON webhook_events (sweep_after) WHERE status = 'received';
CREATE INDEX webhook_events_failed ON webhook_events (id) WHERE status = 'failed';
CREATE INDEX webhook_events_no_job ON webhook_events (ordering_key)
  WHERE status = 'ignored' AND error = 'no generation job for this prediction';
CREATE INDEX outbox_messages_sweep ON outbox_messages (sweep_after) WHERE status = 'pending';
CREATE INDEX customers_unlinked ON customers (link_user_id) WHERE user_id IS NULL;
-- At most one open dead letter per event, and per effect.
CREATE UNIQUE INDEX webhook_dead_letters_open_event ON webhook_dead_letters (provider, event_id)
  WHERE redriven_at IS NULL AND outbox_message_id IS NULL;
CREATE UNIQUE INDEX webhook_dead_letters_open_effect ON webhook_dead_letters (outbox_message_id)
  WHERE redriven_at IS NULL;

-- The claim: lock and de-duplication in one call. It takes the advisory locks that it can get, then the rows that are
-- still to be processed, and says of every id what became of it:
--   claimed  ours until this transaction ends, with its body
--   settled  processed or ignored before
--   busy     somebody else holds its ordering key or its row
-- An id that is not returned does not exist. To be called under READ COMMITTED only: each statement below needs a
-- snapshot of its own, taken after the locks.
CREATE FUNCTION process_webhook_event(ids bigint[])
RETURNS TABLE (
  id bigint, claim text, provider text, event_id text, type text, account text, livemode boolean, api_version text,
  occurred_at timestamptz, received_at timestamptz, status text, raw_body bytea
)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  keys text[];
  taken bigint[];
BEGIN
  WITH wanted AS MATERIALIZED (
    SELECT DISTINCT ordering_key AS k FROM webhook_events
    WHERE id = ANY (ids) AND status IN ('received', 'failed') ORDER BY 1
  ), tried AS MATERIALIZED (
    SELECT k, pg_try_advisory_xact_lock(hashtextextended(k, 0)) AS got FROM wanted
  )
  SELECT array_agg(k) INTO keys FROM tried WHERE got;

  SELECT array_agg(mine.id) INTO taken FROM (
    SELECT e.id FROM webhook_events e
    WHERE e.id = ANY (ids) AND e.ordering_key = ANY (keys) AND e.status IN ('received', 'failed')
    ORDER BY e.id FOR UPDATE SKIP LOCKED
  ) AS mine;

  RETURN QUERY
  SELECT e.id,
    CASE WHEN e.id = ANY (taken) THEN 'claimed' WHEN e.status IN ('processed', 'ignored') THEN 'settled' ELSE 'busy' END,
    e.provider, e.event_id, e.type, e.account, e.livemode, e.api_version, e.occurred_at, e.received_at, e.status,
    CASE WHEN e.id = ANY (taken) THEN e.raw_body END
  FROM webhook_events e WHERE e.id = ANY (ids) ORDER BY e.id;
END
$$;
REVOKE EXECUTE ON FUNCTION process_webhook_event(bigint[]) FROM PUBLIC;

-- The roles belong to the whole server, so another database of it may have made them, or be making them right now.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['sluice_ingest', 'sluice_worker', 'sluice_board'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I LOGIN', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END LOOP;
END
$$;

-- Ingest appends, and sees only the keys by which a duplicate is told.
GRANT INSERT (provider, event_id, type, account, livemode, api_version, ordering_key, customer_id, subscription_id,
  occurred_at, headers, raw_body) ON webhook_events TO sluice_ingest;
GRANT SELECT (id, provider, event_id) ON webhook_events TO sluice_ingest;

-- The worker writes state. Of what the host application owns it may change only what the host reads from it.
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_events, webhook_dead_letters, outbox_messages TO sluice_worker;
GRANT SELECT, INSERT, UPDATE ON customers, subscriptions, payments, documents, notifications, renders, variants
  TO sluice_worker;
GRANT SELECT, INSERT ON ledger_entries TO sluice_worker;
GRANT SELECT, UPDATE (role) ON users TO sluice_worker;
GRANT SELECT, UPDATE (status, error, output, metrics, completed_at, registers) ON generation_jobs TO sluice_worker;
GRANT EXECUTE ON FUNCTION process_webhook_event(bigint[]) TO sluice_worker;

-- The board reads.
GRANT SELECT ON webhook_events, webhook_dead_letters, outbox_messages, customers, users, subscriptions, payments,
  ledger_entries, documents, notifications, generation_jobs, renders, variants TO sluice_board;
