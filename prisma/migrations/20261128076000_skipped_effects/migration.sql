-- Old code: works, with the triggers below.

-- An effect that was not carried out ends as `skipped`, with the reason in `error`. It used to end as `done`.
ALTER TABLE outbox_messages DROP CONSTRAINT outbox_messages_status_check;
ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_status_check
  CHECK (status IN ('pending', 'done', 'skipped', 'failed'));
UPDATE outbox_messages SET status = 'skipped' WHERE status = 'done' AND error IS NOT NULL;

-- During an upgrade, workers of the version before run beside new ones. They still write `done` with a reason, and do
-- not know `skipped`: one that takes the job of such an effect again would record a failed attempt.
CREATE FUNCTION write_skipped_effect() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.status := 'skipped';
  RETURN NEW;
END
$$;
CREATE TRIGGER outbox_messages_skipped BEFORE UPDATE ON outbox_messages FOR EACH ROW
  WHEN (NEW.status = 'done' AND NEW.error IS NOT NULL) EXECUTE FUNCTION write_skipped_effect();

CREATE FUNCTION keep_skipped_effect() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NULL;
END
$$;
CREATE TRIGGER outbox_messages_keep_skipped BEFORE UPDATE ON outbox_messages FOR EACH ROW
  WHEN (OLD.status = 'skipped' AND NEW.attempts > OLD.attempts) EXECUTE FUNCTION keep_skipped_effect();
