-- AlterTable
ALTER TABLE "generation_jobs" ADD COLUMN     "poll_after" TIMESTAMPTZ(3) NOT NULL DEFAULT (now() + '00:01:00'::interval),
ADD COLUMN     "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- What Prisma's schema cannot say.
CREATE INDEX generation_jobs_open ON generation_jobs (poll_after)
  WHERE prediction_id IS NOT NULL AND status NOT IN ('succeeded', 'failed', 'canceled', 'aborted');
CREATE INDEX webhook_events_of_predictions ON webhook_events (ordering_key, received_at) WHERE provider = 'replicate';

GRANT UPDATE (poll_after) ON generation_jobs TO sluice_worker;
