-- Old code: works.

-- AlterTable
ALTER TABLE "renders" ADD COLUMN     "files_refused" INTEGER NOT NULL DEFAULT 0;
