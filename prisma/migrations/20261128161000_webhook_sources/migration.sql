-- Old code: works.

-- CreateTable
CREATE TABLE "webhook_sources" (
    "webhook_source" TEXT NOT NULL,
    "first_webhook_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_sources_pkey" PRIMARY KEY ("webhook_source")
);
