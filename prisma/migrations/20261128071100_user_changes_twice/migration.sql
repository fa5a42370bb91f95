-- Old code: works.

-- AlterTable
ALTER TABLE "user_changes" ADD COLUMN     "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "is_repeat" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "user_changes_due_at_idx" ON "user_changes"("due_at");
