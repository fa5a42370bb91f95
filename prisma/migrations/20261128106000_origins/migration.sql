-- Old code: works.

-- AlterTable
ALTER TABLE "customers" ADD COLUMN     "access_rules" TEXT,
ADD COLUMN     "gives_access" BOOLEAN NOT NULL DEFAULT true;

-- Customers that may give access by the settings only, to find those that were written with other settings.
CREATE INDEX customers_elsewhere ON customers (access_rules) WHERE account IS NOT NULL OR livemode = false;

-- Subscriptions of connected accounts and of test mode are derived again, since earlier versions gave access to all.
UPDATE subscriptions SET access_rules = '' WHERE account IS NOT NULL OR livemode = false;
