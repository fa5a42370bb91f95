-- Old code: works.

-- AlterTable
ALTER TABLE "payments" ADD COLUMN     "unpriced" BOOLEAN NOT NULL DEFAULT false;

-- What Prisma's schema cannot say.
CREATE INDEX payments_unpriced ON payments (occurred_at) WHERE unpriced;
