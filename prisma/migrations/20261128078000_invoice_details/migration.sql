-- Old code: works.

-- AlterTable
ALTER TABLE "checkout_sessions" ADD COLUMN     "details" JSONB;

-- AlterTable
ALTER TABLE "invoices" ADD COLUMN     "details" JSONB;
