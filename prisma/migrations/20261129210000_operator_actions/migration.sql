-- Old code: works. Workers of an older version carry out no action.

-- Work that operators ask workers to do. The insert fixes who asks, for what and why; workers write the rest.
CREATE TABLE "operator_actions" (
    "id" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "actor" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "address" TEXT,
    "kind" TEXT NOT NULL,
    "filter" JSONB NOT NULL DEFAULT '{}',
    "reason" TEXT NOT NULL DEFAULT '',
    "content_salt" TEXT,
    "content_hash" TEXT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "preview" BIGINT,
    "handler_version" TEXT,
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER,
    "result" JSONB,
    "error" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "run_id" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "operator_actions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "operator_actions_role" CHECK ("role" IN ('operator', 'admin')),
    CONSTRAINT "operator_actions_state" CHECK ("state" IN ('queued', 'running', 'done', 'failed', 'refused', 'stopped')),
    CONSTRAINT "operator_actions_size" CHECK (length("actor") BETWEEN 1 AND 255 AND length("kind") <= 64
      AND length("reason") <= 2000 AND octet_length("filter"::text) <= 1048576)
);
-- Two rows never follow the same one.
CREATE UNIQUE INDEX "operator_actions_previous_hash_key" ON "operator_actions"("previous_hash");
CREATE INDEX "operator_actions_kind_id_idx" ON "operator_actions"("kind", "id");
CREATE INDEX operator_actions_open ON operator_actions (id) WHERE state IN ('queued', 'running');

-- Filter and reason may name a person. They are part of the chain by a salted hash, so that they can be erased, with the
-- salt, and the chain still holds.
CREATE FUNCTION operator_action_content_hash(a operator_actions) RETURNS text
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT encode(sha256(convert_to(jsonb_build_array((a).content_salt, (a).filter, (a).reason)::text, 'UTF8')), 'hex');
END;

CREATE FUNCTION operator_action_hash(a operator_actions) RETURNS text
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT encode(sha256(convert_to(jsonb_build_array((a).previous_hash, (a).id, extract(epoch FROM (a).at)::text, (a).actor,
    (a).role, (a).address, (a).kind, (a).content_hash)::text, 'UTF8')), 'hex');
END;

-- Appends a row to the chain. Rows are inserted one transaction after another; a transaction with an older snapshot
-- violates the unique index. Runs with the rights of who inserts, so that only the owner of the table writes in the name of
-- a command.
CREATE FUNCTION chain_operator_action() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  newest record;
BEGIN
  IF starts_with(NEW.actor, 'cli:')
    AND NOT pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'USAGE') THEN
    RAISE insufficient_privilege USING MESSAGE = 'only commands act as cli:…';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('sluice operator_actions', TG_RELID::bigint));
  SELECT a.id, a.hash INTO newest FROM operator_actions a ORDER BY a.id DESC LIMIT 1;
  NEW.id := coalesce(newest.id, 0) + 1;
  NEW.at := clock_timestamp();
  NEW.content_salt := replace(gen_random_uuid()::text, '-', '');
  NEW.previous_hash := coalesce(newest.hash, repeat('0', 64));
  NEW.content_hash := operator_action_content_hash(NEW);
  NEW.hash := operator_action_hash(NEW);
  RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION chain_operator_action() FROM PUBLIC;

CREATE TRIGGER operator_actions_chained BEFORE INSERT ON operator_actions
  FOR EACH ROW EXECUTE FUNCTION chain_operator_action();

-- The rows that do not fit the chain, with the reason: `gap`, `order`, `row`, `content`. None: the chain is whole.
CREATE FUNCTION sluice_verify_actions() RETURNS TABLE (id bigint, problem text)
LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT found.id, found.problem FROM (
    SELECT a.id, CASE
        WHEN a.id <> lag(a.id, 1, 0::bigint) OVER chain + 1 THEN 'gap'
        WHEN a.previous_hash <> lag(a.hash, 1, repeat('0', 64)) OVER chain THEN 'order'
        WHEN a.hash <> operator_action_hash(a) THEN 'row'
        WHEN a.content_salt IS NOT NULL AND a.content_hash <> operator_action_content_hash(a) THEN 'content'
      END AS problem
    FROM operator_actions a WINDOW chain AS (ORDER BY a.id)
  ) AS found WHERE found.problem IS NOT NULL ORDER BY found.id;
END;
REVOKE ALL ON FUNCTION sluice_verify_actions() FROM PUBLIC;
