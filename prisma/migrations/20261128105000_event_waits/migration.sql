-- Old code: works.

-- An event that waits without using an attempt names the cause here: a lock, a row of the host, the API of its provider.
-- `waiting_at` says when that was last so. Both are for people and metrics; nothing is decided by them.
ALTER TABLE webhook_events ADD COLUMN waiting_for text, ADD COLUMN waiting_at timestamptz(3);
