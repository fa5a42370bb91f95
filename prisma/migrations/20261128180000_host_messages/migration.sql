-- Old code: works. It neither writes nor sees messages to the host.

-- A URL that messages to the host application are sent to. One worker at a time sends to it.
CREATE TABLE host_endpoints (
  -- Hash of the URL, which may contain a secret.
  endpoint text PRIMARY KEY,
  name text NOT NULL DEFAULT '',
  -- The worker that sends to it, until its lease ends.
  leader text,
  lease_until timestamptz(3) NOT NULL DEFAULT now(),
  -- The last version that a message to it had.
  version bigint NOT NULL DEFAULT 0,
  -- Since when it takes no message; null while it does.
  failing_since timestamptz(3),
  error text,
  delivered_at timestamptz(3),
  -- Of `sluice listen`: where it takes messages, and until when.
  listener_url text,
  listening_until timestamptz(3)
);

-- Of a message to the host: by endpoint, when it was acknowledged, or how often it failed and when it is sent again.
ALTER TABLE outbox_messages ADD COLUMN deliveries jsonb;

-- Messages to the host are sent in this order, and no sweep looks at them.
CREATE INDEX outbox_messages_host ON outbox_messages (available_at, id) WHERE status = 'pending' AND kind = 'host.message';
