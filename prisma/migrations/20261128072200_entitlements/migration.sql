-- Old code: works.

-- CreateTable
CREATE TABLE "entitlement_summaries" (
    "stripe_customer_id" TEXT NOT NULL,
    "account" TEXT,
    "livemode" BOOLEAN,
    "incomplete" BOOLEAN NOT NULL DEFAULT false,
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "entitlement_summaries_pkey" PRIMARY KEY ("stripe_customer_id")
);

-- CreateTable
CREATE TABLE "entitlements" (
    "entitlement_key" TEXT NOT NULL,
    "user_id" TEXT,
    "feature" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "stripe_customer_id" TEXT,
    "stripe_subscription_id" TEXT,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "entitlements_pkey" PRIMARY KEY ("entitlement_key")
);

-- CreateIndex
CREATE INDEX "entitlements_stripe_customer_id_idx" ON "entitlements"("stripe_customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "entitlements_user_id_feature_source_key" ON "entitlements"("user_id", "feature", "source");

GRANT SELECT, INSERT, UPDATE ON entitlement_summaries TO sluice_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON entitlements TO sluice_worker;
GRANT SELECT ON entitlement_summaries, entitlements TO sluice_board;
