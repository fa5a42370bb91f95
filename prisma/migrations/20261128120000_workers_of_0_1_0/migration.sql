-- Old code: works. While a newer worker is connected, workers of 0.1.0 claim nothing: their merges drop what they do not
-- know. Without one, as before it starts and after a rollback, they work, and the triggers below keep what they drop and
-- bring their rows to the form that the migrations above gave to older rows.

-- Workers of 0.1.0 name their connections `sluice-worker`, those of the next version `sluice-worker-2`. The claim is as
-- before, except its first condition.
CREATE OR REPLACE FUNCTION process_webhook_event(ids bigint[])
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
  IF current_setting('application_name') <> 'sluice-worker' OR NOT EXISTS (
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice-worker-2')
  THEN
    WITH wanted AS MATERIALIZED (
      SELECT DISTINCT ordering_key AS k FROM webhook_events
      WHERE id = ANY (ids) AND status IN ('received', 'failed') ORDER BY 1
    ), tried AS MATERIALIZED (
      SELECT k, pg_try_advisory_xact_lock(hashtextextended(k, 0)) AS got FROM wanted
    )
    SELECT array_agg(k) INTO keys FROM tried WHERE got;
  END IF;

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

-- Registers that the writer does not know.
CREATE FUNCTION keep_registers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.registers := OLD.registers || NEW.registers;
  RETURN NEW;
END
$$;

-- Only 0.1.0 writes `first`. A newer worker joins it to the registers beside it.
CREATE FUNCTION keep_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.registers ? 'first' THEN
    NEW.registers := OLD.registers || NEW.registers;
  END IF;
  RETURN NEW;
END
$$;

-- A newer worker writes `invoiceId`.
CREATE FUNCTION keep_payment_reference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT NEW.registers ? 'invoiceId' THEN
    NEW.registers := OLD.registers || NEW.registers;
    NEW.payment_id := coalesce(NEW.payment_id, OLD.payment_id);
  END IF;
  RETURN NEW;
END
$$;

-- A newer worker writes `links` where a user is named. It links the users again whom the row names, and who has it.
CREATE FUNCTION keep_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.registers ? 'links' THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    NEW.registers := OLD.registers || NEW.registers;
  END IF;
  IF NEW.registers ? 'links' THEN
    NEW.link_user_id := OLD.link_user_id;
  ELSE
    NEW.link_user_ids := array_remove(ARRAY[NEW.link_user_id], NULL);
  END IF;
  INSERT INTO user_changes (user_id)
    SELECT DISTINCT id FROM unnest(NEW.link_user_ids || NEW.user_id) AS id WHERE id IS NOT NULL;
  RETURN NEW;
END
$$;

-- Rows without rules are derived again by a newer worker, and so are the roles of their users.
CREATE FUNCTION keep_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    NEW.registers := OLD.registers || NEW.registers;
    IF NEW.access_rules = OLD.access_rules THEN
      NEW.access_rules := '';
    END IF;
  END IF;
  NEW.has_snapshot := NEW.registers ? 'snapshot';
  RETURN NEW;
END
$$;

-- An output that is a text was stored joined. Addresses of files are no text.
CREATE FUNCTION keep_generation_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.registers := OLD.registers || NEW.registers;
  IF NEW.output IS DISTINCT FROM OLD.output AND NEW.text IS NOT DISTINCT FROM OLD.text THEN
    NEW.text := CASE WHEN jsonb_typeof(NEW.output) = 'string'
      AND NEW.output #>> '{}' !~* '^(data:|[a-z][a-z0-9+.-]*://)' THEN NEW.output #>> '{}' END;
  END IF;
  RETURN NEW;
END
$$;

-- The role that a newer worker gives back where a subscription turns out to be another user's.
CREATE FUNCTION keep_host_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.role <> OLD.role AND NEW.host_role IS NOT DISTINCT FROM OLD.host_role THEN
    NEW.host_role := coalesce(OLD.host_role, OLD.role);
    NEW.had_subscription := OLD.had_subscription OR NEW.role = 'PREMIUM';
  END IF;
  RETURN NEW;
END
$$;

-- A line names the account and mode of its payment.
CREATE FUNCTION complete_ledger_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.stripe_account IS NULL AND NEW.livemode IS NULL THEN
    SELECT account, livemode INTO NEW.stripe_account, NEW.livemode FROM payments WHERE payment_id = NEW.payment_id;
  END IF;
  RETURN NEW;
END
$$;

-- An effect of a kind that the worker does not know uses no attempt: it is left to a newer one.
CREATE FUNCTION keep_unknown_effect() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.attempts > OLD.attempts AND NEW.error LIKE 'unknown_kind:%' THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END
$$;

DO $$
DECLARE
  rule text[];
BEGIN
  -- In the order in which workers lock rows.
  FOREACH rule SLICE 1 IN ARRAY ARRAY[
    ['INSERT OR UPDATE', 'customers', 'keep_customer'],
    ['INSERT OR UPDATE', 'subscriptions', 'keep_subscription'],
    ['UPDATE', 'invoices', 'keep_registers'],
    ['UPDATE', 'checkout_sessions', 'keep_registers'],
    ['UPDATE', 'payment_methods', 'keep_registers'],
    ['UPDATE', 'connected_accounts', 'keep_registers'],
    ['UPDATE', 'payments', 'keep_payment'],
    ['UPDATE', 'refunds', 'keep_registers'],
    ['UPDATE', 'disputes', 'keep_registers'],
    ['UPDATE', 'payment_references', 'keep_payment_reference'],
    ['UPDATE', 'generation_jobs', 'keep_generation_job'],
    ['UPDATE', 'variants', 'keep_registers'],
    ['INSERT', 'ledger_entries', 'complete_ledger_entry'],
    ['UPDATE OF role', 'users', 'keep_host_role'],
    ['UPDATE', 'outbox_messages', 'keep_unknown_effect']
  ] LOOP
    EXECUTE format('CREATE TRIGGER of_older_workers BEFORE %s ON %I FOR EACH ROW
      WHEN (current_setting(''application_name'') = ''sluice-worker'') EXECUTE FUNCTION %I()', rule[1], rule[2], rule[3]);
  END LOOP;
END
$$;
