-- What Prisma's schema cannot say. Where bodies go before their rows, most of what is old has none any more: retention
-- must not pass all of it by to find the few that are due.
CREATE INDEX webhook_events_bodies ON webhook_events (processed_at) WHERE raw_body IS NOT NULL;
