import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { stateHash } from '@sluice/database/state-hash'
import { customerObject, MONTHLY, stripeEvent, subscriptionObject } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { type StripeObject, withStripe } from '@sluice/testing/stand-ins'
import { startImport } from './support/imported-account.ts'
import { send } from './support/stack.ts'

/** By status of a user's one subscription: the role that the host gave, and the right one. */
const ROLES: Record<string, [before: string, after: string]> = {
  active: ['FREE', 'PREMIUM'],
  trialing: ['FREE', 'PREMIUM'],
  past_due: ['PREMIUM', 'PREMIUM'],
  paused: ['PREMIUM', 'FREE'],
  unpaid: ['PREMIUM', 'FREE'],
  canceled: ['PREMIUM', 'FREE'],
  // It says nothing about the access that the host gave.
  incomplete: ['PREMIUM', 'PREMIUM'],
  incomplete_expired: ['FREE', 'FREE'],
}
const STATUSES = Object.keys(ROLES)

const now = Math.floor(Date.now() / 1000)
const created = now - 86_400

const subscription = (id: string, status: string, fields: object = {}): StripeObject => ({
  ...subscriptionObject({
    ...{ id: `sub_${id}`, customerId: `cus_${id}`, status, price: MONTHLY, created, periodEnd: now + 86_400 },
  }),
  ...fields,
})

/** Events carry the first ten items of a subscription. */
const ITEMS = Array.from({ length: 12 }, (_, index) => ({
  ...{ id: `si_${index}`, object: 'subscription_item', quantity: 1, current_period_end: now + 86_400 },
  price: { id: `price_${index}`, object: 'price', product: 'prod_gone', unit_amount: 100 + index, currency: 'usd' },
}))

/** Prices whose product was deleted stay, and so do the subscriptions of a customer who was deleted. */
const ACCOUNT: StripeObject[] = [
  ...STATUSES.flatMap((status) => [
    customerObject({ id: `cus_${status}`, email: `${status}@example.com`, created }) as StripeObject,
    subscription(status, status),
  ]),
  { id: 'price_0', object: 'price', product: 'prod_gone', unit_amount: 100, currency: 'usd', active: true, created },
  subscription('many', 'active', { items: { object: 'list', data: ITEMS, has_more: false } }),
  { id: 'cus_gone', object: 'customer', deleted: true },
  subscription('gone', 'canceled', { metadata: { user_id: 'gone' } }),
]

const imported = async (stack: Stack): Promise<string> => {
  const run = startImport(stack)
  expect([await run.exited, run.output()]).toEqual([0, expect.stringContaining('Import completed')])
  return run.output()
}

const hashOf = async (stack: Stack) => {
  const pool = connect(stack.postgres.url)
  return (await stateHash(pool).finally(() => pool.end())).hash
}

const allSettled = (stack: Stack) =>
  eventually(async () =>
    expect(
      await stack.query(
        `SELECT event_id FROM webhook_events WHERE status <> 'processed'
          UNION ALL SELECT stripe_subscription_id FROM subscriptions WHERE undecided`,
      ),
    ).toEqual([]),
  )

/** Guarantees that an account is imported in every state it can be in, and that a second import changes nothing. */
test('subscriptions in every status, of deleted customers and products, and with many items are imported once', () =>
  withStripe((stripe) =>
    withStack({ env: { ...stripe.env, SWEEP_INTERVAL_MS: '300' } }, async (stack) => {
      for (const object of ACCOUNT) stripe.put(object)
      await stack.query(
        `INSERT INTO users (id, stripe_customer_id, role)
          SELECT id, 'cus_' || id, role FROM unnest($1::text[], $2::text[]) AS u (id, role)`,
        [
          [...STATUSES, 'many', 'gone'],
          [...STATUSES.map((status) => ROLES[status]?.[0]), 'FREE', 'PREMIUM'],
        ],
      )
      // A row from before, older than the account.
      const past = { ...subscription('canceled', 'active'), livemode: false }
      await send(stack, stripeEvent('customer.subscription.created', past, { id: 'evt_past', created }))
      await allSettled(stack)

      await imported(stack)
      await allSettled(stack)
      const roles = await stack.query<{ id: string; role: string }>('SELECT id, role FROM users')
      expect(Object.fromEntries(roles.map(({ id, role }) => [id, role]))).toEqual({
        ...Object.fromEntries(STATUSES.map((status) => [status, ROLES[status]?.[1]])),
        many: 'PREMIUM',
        gone: 'FREE',
      })
      expect(
        await stack.query(`SELECT count(*)::int, count(DISTINCT product_id)::int AS products FROM subscription_items
          WHERE stripe_subscription_id = 'sub_many'`),
      ).toEqual([{ count: ITEMS.length, products: 1 }])

      const before = [await hashOf(stack), await stack.query('SELECT effect_key FROM outbox_messages ORDER BY 1')]
      const [{ count } = { count: 0 }] = await stack.query('SELECT count(*)::int FROM webhook_events')
      await imported(stack)
      await allSettled(stack)
      expect(await stack.query('SELECT count(*)::int FROM webhook_events')).toEqual([{ count }])
      expect([await hashOf(stack), await stack.query('SELECT effect_key FROM outbox_messages ORDER BY 1')]).toEqual(
        before,
      )
    }),
  ))
