-- Old code: works. It gives the access without asking.

-- Access that a payment would give, and that waits until Stripe was asked for the subscription.
ALTER TABLE "subscriptions" ADD COLUMN     "held_until" TIMESTAMPTZ(3);

CREATE INDEX subscriptions_held ON subscriptions (held_until) WHERE held_until IS NOT NULL;
