-- Old code: works. Repeats what the migrations above did to rows that workers of 0.1.0 wrote, for those that they wrote
-- while the migrations ran.
UPDATE customers SET link_user_ids = ARRAY[link_user_id]
  WHERE link_user_id IS NOT NULL AND link_user_ids = '{}' AND NOT registers ? 'links';
UPDATE subscriptions SET has_snapshot = true, access_rules = '' WHERE NOT has_snapshot AND registers ? 'snapshot';
UPDATE ledger_entries e SET stripe_account = p.account, livemode = p.livemode
  FROM payments p WHERE p.payment_id = e.payment_id AND e.stripe_account IS NULL AND e.livemode IS NULL
    AND (p.account IS NOT NULL OR p.livemode IS NOT NULL);
UPDATE users u SET had_subscription = true, host_role = 'FREE'
  WHERE NOT had_subscription AND host_role IS NULL
    AND EXISTS (SELECT FROM subscriptions s WHERE s.user_id = u.id AND s.has_snapshot);
