import { iso, loads } from './sql.ts'

export const entitlements = loads(`
  SELECT u.id AS subject, jsonb_build_object('userId', u.id, 'role', u.role, 'features', coalesce((
      SELECT jsonb_agg(jsonb_build_object('feature', e.feature, 'source', e.source, 'expiresAt', ${iso('e.expires_at')})
        ORDER BY e.feature, e.source)
      FROM entitlements e WHERE e.user_id = u.id AND (e.expires_at IS NULL OR e.expires_at > now())
    ), '[]')) AS data
  FROM users u WHERE u.id = ANY ($1)`)

export const subscription = loads(`
  SELECT stripe_subscription_id AS subject, jsonb_build_object(
      'subscriptionId', stripe_subscription_id, 'customerId', stripe_customer_id, 'userId', user_id, 'status', status,
      'isActive', is_active, 'givesPremium', gives_premium, 'priceId', price_id, 'quantity', quantity,
      'billingPeriod', billing_period, 'currentPeriodEnd', ${iso('current_period_end')},
      'cancelAtPeriodEnd', cancel_at_period_end, 'cancelAt', ${iso('cancel_at')}, 'canceledAt', ${iso('canceled_at')},
      'trialEnd', ${iso('trial_end')}, 'account', account, 'livemode', livemode) AS data
  FROM subscriptions WHERE stripe_subscription_id = ANY ($1)`)

export const customer = loads(`
  SELECT stripe_customer_id AS subject, jsonb_build_object('customerId', stripe_customer_id, 'userId', user_id,
      'account', account, 'livemode', livemode) AS data
  FROM customers WHERE stripe_customer_id = ANY ($1)`)
