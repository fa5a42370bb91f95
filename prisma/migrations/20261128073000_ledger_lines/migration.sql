-- Old code: works. Lines that it writes while the migrations run are completed by
-- 20261128120100_rows_of_0_1_0.

-- AlterTable
ALTER TABLE "ledger_entries" ADD COLUMN     "corrects" TEXT,
ADD COLUMN     "livemode" BOOLEAN,
ADD COLUMN     "stripe_account" TEXT;

-- What Prisma's schema cannot say.
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_account_check;
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_account_check
  CHECK (account IN ('cash', 'revenue', 'refunds', 'disputes', 'tax', 'fees', 'external'));
CREATE INDEX ledger_entries_corrects ON ledger_entries (corrects) WHERE corrects IS NOT NULL;

-- Entries from before name no account and no mode; their payment does.
UPDATE ledger_entries e SET stripe_account = p.account, livemode = p.livemode
  FROM payments p WHERE p.payment_id = e.payment_id AND (p.account IS NOT NULL OR p.livemode IS NOT NULL);
