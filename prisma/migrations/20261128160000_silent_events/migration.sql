-- Old code: works.

-- An event that tells of the past, such as one from before the webhook endpoint existed, or an object that was imported. Its
-- state and its ledger entries are right, and it sends nobody a message. It never changes once the row is written.
ALTER TABLE webhook_events ADD COLUMN silent boolean NOT NULL DEFAULT false;
