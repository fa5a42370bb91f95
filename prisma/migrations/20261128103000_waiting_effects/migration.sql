-- Old code: works.

-- An effect that waits for another system names the cause in `error`, and here since when. The metric counts these rows.
ALTER TABLE outbox_messages ADD COLUMN waiting_since timestamptz(3);
CREATE INDEX outbox_messages_waiting ON outbox_messages (waiting_since) WHERE waiting_since IS NOT NULL;
