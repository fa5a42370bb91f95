-- Old code: works.

-- AlterTable
ALTER TABLE "payment_references" ADD COLUMN     "email" TEXT;
