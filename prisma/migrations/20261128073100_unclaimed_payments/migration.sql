-- Old code: works.

-- AlterTable
ALTER TABLE "payment_references" ADD COLUMN     "unclaimed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "unclaimed_since" TIMESTAMPTZ(3),
ADD COLUMN     "webhook_event_id" BIGINT;

-- AlterTable
ALTER TABLE "payments" ADD COLUMN     "moved_to_payment_id" TEXT;

-- What Prisma's schema cannot say.
CREATE INDEX payment_references_unclaimed ON payment_references (unclaimed_since) WHERE unclaimed;
