-- AlterTable
ALTER TABLE "subscriptions" ADD COLUMN     "fetch_after" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "undecided" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "invoices" (
    "stripe_invoice_id" TEXT NOT NULL,
    "stripe_customer_id" TEXT,
    "stripe_subscription_id" TEXT,
    "account" TEXT,
    "livemode" BOOLEAN,
    "status" TEXT NOT NULL,
    "number" TEXT,
    "amount_due" BIGINT NOT NULL,
    "amount_paid" BIGINT NOT NULL,
    "tax" BIGINT,
    "currency" TEXT NOT NULL,
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "next_payment_attempt" TIMESTAMPTZ(3),
    "hosted_invoice_url" TEXT,
    "invoice_pdf" TEXT,
    "customer_email" TEXT,
    "period_start" TIMESTAMPTZ(3),
    "period_end" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3),
    "lines" JSONB NOT NULL DEFAULT '[]',
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "invoices_pkey" PRIMARY KEY ("stripe_invoice_id")
);

-- CreateTable
CREATE TABLE "checkout_sessions" (
    "stripe_checkout_session_id" TEXT NOT NULL,
    "stripe_customer_id" TEXT,
    "stripe_subscription_id" TEXT,
    "account" TEXT,
    "livemode" BOOLEAN,
    "mode" TEXT,
    "status" TEXT,
    "payment_status" TEXT,
    "amount_total" BIGINT,
    "currency" TEXT,
    "customer_email" TEXT,
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "checkout_sessions_pkey" PRIMARY KEY ("stripe_checkout_session_id")
);

-- CreateTable
CREATE TABLE "payment_references" (
    "reference" TEXT NOT NULL,
    "payment_id" TEXT,
    "account" TEXT,
    "livemode" BOOLEAN,
    "succeeded" BOOLEAN NOT NULL DEFAULT false,
    "amount_refunded" BIGINT NOT NULL DEFAULT 0,
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "payment_references_pkey" PRIMARY KEY ("reference")
);

-- CreateTable
CREATE TABLE "refunds" (
    "stripe_refund_id" TEXT NOT NULL,
    "charge_id" TEXT,
    "payment_intent_id" TEXT,
    "account" TEXT,
    "livemode" BOOLEAN,
    "status" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("stripe_refund_id")
);

-- CreateTable
CREATE TABLE "disputes" (
    "stripe_dispute_id" TEXT NOT NULL,
    "charge_id" TEXT,
    "payment_intent_id" TEXT,
    "account" TEXT,
    "livemode" BOOLEAN,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "evidence_due_by" TIMESTAMPTZ(3),
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "disputes_pkey" PRIMARY KEY ("stripe_dispute_id")
);

-- CreateTable
CREATE TABLE "payment_methods" (
    "stripe_payment_method_id" TEXT NOT NULL,
    "stripe_customer_id" TEXT,
    "account" TEXT,
    "livemode" BOOLEAN,
    "type" TEXT NOT NULL,
    "brand" TEXT,
    "last4" TEXT,
    "exp_month" INTEGER,
    "exp_year" INTEGER,
    "detached" BOOLEAN NOT NULL DEFAULT false,
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "payment_methods_pkey" PRIMARY KEY ("stripe_payment_method_id")
);

-- CreateTable
CREATE TABLE "connected_accounts" (
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN,
    "deauthorized" BOOLEAN NOT NULL DEFAULT false,
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "connected_accounts_pkey" PRIMARY KEY ("account")
);

-- CreateIndex
CREATE INDEX "invoices_stripe_customer_id_idx" ON "invoices"("stripe_customer_id");

-- CreateIndex
CREATE INDEX "invoices_stripe_subscription_id_idx" ON "invoices"("stripe_subscription_id");

-- CreateIndex
CREATE INDEX "checkout_sessions_stripe_customer_id_idx" ON "checkout_sessions"("stripe_customer_id");

-- CreateIndex
CREATE INDEX "payment_references_payment_id_idx" ON "payment_references"("payment_id");

-- CreateIndex
CREATE INDEX "refunds_charge_id_idx" ON "refunds"("charge_id");

-- CreateIndex
CREATE INDEX "refunds_payment_intent_id_idx" ON "refunds"("payment_intent_id");

-- CreateIndex
CREATE INDEX "disputes_charge_id_idx" ON "disputes"("charge_id");

-- CreateIndex
CREATE INDEX "disputes_payment_intent_id_idx" ON "disputes"("payment_intent_id");

-- CreateIndex
CREATE INDEX "payment_methods_stripe_customer_id_idx" ON "payment_methods"("stripe_customer_id");

-- What Prisma's schema cannot say.
CREATE INDEX subscriptions_undecided ON subscriptions (fetch_after) WHERE undecided;

GRANT SELECT, INSERT, UPDATE ON invoices, checkout_sessions, payment_references, refunds, disputes, payment_methods,
  connected_accounts TO sluice_worker;
GRANT SELECT ON invoices, checkout_sessions, payment_references, refunds, disputes, payment_methods,
  connected_accounts TO sluice_board;
