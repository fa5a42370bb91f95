-- Old code: works.

-- CreateTable
CREATE TABLE "credit_notes" (
    "stripe_credit_note_id" TEXT NOT NULL,
    "stripe_invoice_id" TEXT,
    "stripe_customer_id" TEXT,
    "account" TEXT,
    "livemode" BOOLEAN,
    "number" TEXT,
    "status" TEXT NOT NULL,
    "type" TEXT,
    "reason" TEXT,
    "memo" TEXT,
    "currency" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "amount_excluding_tax" BIGINT,
    "tax" BIGINT,
    "pre_payment_amount" BIGINT NOT NULL DEFAULT 0,
    "post_payment_amount" BIGINT NOT NULL DEFAULT 0,
    "customer_balance_amount" BIGINT,
    "out_of_band_amount" BIGINT NOT NULL DEFAULT 0,
    "refund_ids" JSONB NOT NULL DEFAULT '[]',
    "lines" JSONB NOT NULL DEFAULT '[]',
    "pdf" TEXT,
    "created_at" TIMESTAMPTZ(3),
    "effective_at" TIMESTAMPTZ(3),
    "voided_at" TIMESTAMPTZ(3),
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "credit_notes_pkey" PRIMARY KEY ("stripe_credit_note_id")
);

-- CreateTable
CREATE TABLE "fraud_warnings" (
    "stripe_fraud_warning_id" TEXT NOT NULL,
    "charge_id" TEXT,
    "payment_intent_id" TEXT,
    "account" TEXT,
    "livemode" BOOLEAN,
    "fraud_type" TEXT,
    "actionable" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3),
    "registers" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "fraud_warnings_pkey" PRIMARY KEY ("stripe_fraud_warning_id")
);

-- CreateIndex
CREATE INDEX "credit_notes_stripe_invoice_id_idx" ON "credit_notes"("stripe_invoice_id");

-- CreateIndex
CREATE INDEX "credit_notes_stripe_customer_id_idx" ON "credit_notes"("stripe_customer_id");

-- CreateIndex
CREATE INDEX "fraud_warnings_charge_id_idx" ON "fraud_warnings"("charge_id");

-- What Prisma's schema cannot say.
GRANT SELECT, INSERT, UPDATE ON credit_notes, fraud_warnings TO sluice_worker;
GRANT SELECT ON credit_notes, fraud_warnings TO sluice_board;
