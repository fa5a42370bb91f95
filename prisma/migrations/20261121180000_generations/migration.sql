-- AlterTable
ALTER TABLE "variants" ADD COLUMN     "asset_key" TEXT,
ADD COLUMN     "error" TEXT,
ADD COLUMN     "registers" JSONB NOT NULL DEFAULT '{}';

-- CreateIndex
CREATE UNIQUE INDEX "variants_asset_key_key" ON "variants"("asset_key");
