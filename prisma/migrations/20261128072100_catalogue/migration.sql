-- Old code: works.

-- CreateTable
CREATE TABLE "products" (
    "stripe_product_id" TEXT NOT NULL,
    "account" TEXT,
    "livemode" BOOLEAN,
    "name" TEXT,
    "active" BOOLEAN NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "products_pkey" PRIMARY KEY ("stripe_product_id")
);

-- CreateTable
CREATE TABLE "prices" (
    "stripe_price_id" TEXT NOT NULL,
    "stripe_product_id" TEXT,
    "account" TEXT,
    "livemode" BOOLEAN,
    "lookup_key" TEXT,
    "lookup_keys" TEXT[],
    "unit_amount" BIGINT,
    "unit_amount_decimal" DECIMAL,
    "currency" TEXT,
    "interval" TEXT,
    "interval_count" INTEGER,
    "usage_type" TEXT,
    "active" BOOLEAN NOT NULL,
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "prices_pkey" PRIMARY KEY ("stripe_price_id")
);

-- CreateIndex
CREATE INDEX "prices_stripe_product_id_idx" ON "prices"("stripe_product_id");

GRANT SELECT, INSERT, UPDATE ON products, prices TO sluice_worker;
GRANT SELECT ON products, prices TO sluice_board;
