-- Old code: works. Rows that it writes have no rules, so that a newer worker derives them again.

-- AlterTable
ALTER TABLE "subscriptions" ADD COLUMN     "access_rules" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "access_until" TIMESTAMPTZ(3),
ADD COLUMN     "cancel_at" TIMESTAMPTZ(3),
ADD COLUMN     "collection_method" TEXT,
ADD COLUMN     "currency" TEXT,
ADD COLUMN     "default_payment_method" TEXT,
ADD COLUMN     "gives_premium" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "items_incomplete" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "missing_payment_method" TEXT,
ADD COLUMN     "pause_collection" TEXT,
ADD COLUMN     "trial_end" TIMESTAMPTZ(3),
ALTER COLUMN "quantity" SET DATA TYPE BIGINT;

-- CreateTable
CREATE TABLE "subscription_items" (
    "stripe_subscription_item_id" TEXT NOT NULL,
    "stripe_subscription_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "price_id" TEXT,
    "product_id" TEXT,
    "quantity" BIGINT,
    "usage_type" TEXT,
    "unit_amount" BIGINT,
    "unit_amount_decimal" DECIMAL,
    "currency" TEXT,
    "interval" TEXT,
    "interval_count" INTEGER,
    "current_period_end" TIMESTAMPTZ(3),

    CONSTRAINT "subscription_items_pkey" PRIMARY KEY ("stripe_subscription_item_id")
);

-- CreateIndex
CREATE INDEX "subscription_items_stripe_subscription_id_idx" ON "subscription_items"("stripe_subscription_id");

-- CreateIndex
CREATE INDEX "subscription_items_price_id_idx" ON "subscription_items"("price_id");

-- CreateIndex
CREATE INDEX "subscriptions_access_rules_idx" ON "subscriptions"("access_rules");

-- What Prisma's schema cannot say.
CREATE INDEX subscriptions_access_ends ON subscriptions (access_until) WHERE is_active AND access_until IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON subscription_items TO sluice_worker;
GRANT SELECT ON subscription_items TO sluice_board;
