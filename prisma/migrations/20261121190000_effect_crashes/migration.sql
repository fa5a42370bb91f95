-- AlterTable
ALTER TABLE "outbox_messages" ADD COLUMN     "crashes" INTEGER NOT NULL DEFAULT 0;
