-- Old code: works.

-- AlterTable
ALTER TABLE "customers" ADD COLUMN     "default_payment_method" TEXT;

-- AlterTable
ALTER TABLE "invoices" ADD COLUMN     "action_required_at" TIMESTAMPTZ(3),
ADD COLUMN     "billing_reason" TEXT,
ADD COLUMN     "collection_method" TEXT,
ADD COLUMN     "failed_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "subscriptions" ADD COLUMN     "cancellation_reason" TEXT,
ADD COLUMN     "pending_update" BOOLEAN NOT NULL DEFAULT false;

-- The reason was recorded before it had a column.
UPDATE "invoices" SET "billing_reason" = "registers" #>> '{latest,contents,billingReason}'
WHERE "registers" #>> '{latest,contents,billingReason}' IS NOT NULL;
