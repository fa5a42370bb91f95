import { describe, expect, test } from '@jest/globals'
import type { SubscriptionItem } from '@sluice/events'
import { deriveAccess, endPaidAccess, releaseHeldAccess, resolvePremiumPrices } from '../../src/commit/index.ts'
import type { MergeRules } from '../../src/merges/index.ts'
import { checkout, customer, invoice, price, subscription } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const RULES: MergeRules = { pastDueIsActive: true }
const LINKED = customer({ links: [{ userId: 'user_1', by: 'client_reference_id' }] })

const withUser = (use: (worker: TestWorker) => Promise<void>, rules?: Partial<MergeRules>) =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
    await use(worker)
  }, rules)

const role = async ({ query }: TestWorker) => (await query('SELECT role FROM users'))[0]?.['role']
const states = ({ query }: TestWorker) =>
  query('SELECT status, is_active, gives_premium FROM subscriptions ORDER BY stripe_subscription_id')
const caches = async ({ query }: TestWorker) =>
  (await query(`SELECT FROM outbox_messages WHERE kind = 'features.invalidate'`)).length

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000)
const paidUntil = (end: Date) => ({ ...invoice(0, 'paid', { paidUntil: end }), occurredAt: inSeconds(-9) })

const items = (...prices: [id: string, amount: number | null][]): SubscriptionItem[] =>
  prices.map(([priceId, unitAmount]) => ({
    id: `si_${priceId}`,
    priceId,
    productId: null,
    lookupKey: null,
    quantity: 1,
    usageType: 'licensed',
    unitAmount,
    unitAmountDecimal: null,
    currency: 'usd',
    interval: 'month',
    intervalCount: 1,
    currentPeriodEnd: null,
  }))

const paying = (...prices: [id: string, amount: number | null][]) =>
  subscription(1, 'active', { contents: { items: items(...prices) } })

describe('access that a payment gave, without a snapshot', () => {
  test('ends with the period, and the cache of the host is dropped', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, paidUntil(inSeconds(3_600))] })
      expect(await role(worker)).toBe('PREMIUM')
      expect(await endPaidAccess(worker.pool)).toBe(0)

      await worker.query(`UPDATE subscriptions SET access_until = now() - '1 s'::interval`)
      const before = await caches(worker)
      expect(await endPaidAccess(worker.pool)).toBe(1)
      expect(await states(worker)).toMatchObject([{ is_active: false }])
      expect(await role(worker)).toBe('FREE')
      expect(await caches(worker)).toBe(before + 1)
      expect(await endPaidAccess(worker.pool)).toBe(0)
    }))

  test('does not begin at all where the event arrives when the period is over', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, paidUntil(inSeconds(-1))] })
      expect(await role(worker)).toBe('FREE')
    }))

  test('does not end another subscription of the same user', () =>
    withUser(async (worker) => {
      const other = { ...subscription(1, 'active'), subscriptionId: 'sub_2' }
      await worker.handle({ facts: [LINKED, paidUntil(inSeconds(-1)), other] })
      await endPaidAccess(worker.pool)
      expect(await role(worker)).toBe('PREMIUM')
    }))
})

describe('access that a payment gave, while Stripe can be asked for the snapshot', () => {
  const asking = { ...RULES, asksStripe: true }
  const held = { is_active: false }
  const renewal = (billingReason: string | null = 'subscription_cycle') => ({
    ...paidUntil(inSeconds(3_600)),
    billingReason,
  })
  const waiting = ({ query }: TestWorker) =>
    query('SELECT FROM subscriptions WHERE held_until > now()').then(({ length }) => length)

  test.each(['subscription_cycle', 'subscription_update', null])(
    'of an invoice of a subscription that was never seen waits for it: %s',
    (billingReason) =>
      withUser(async (worker) => {
        await worker.handle({ facts: [LINKED, renewal(billingReason)] })
        expect([await role(worker), await states(worker)]).toMatchObject(['FREE', [held]])
        expect(await releaseHeldAccess(worker.pool, asking)).toBe(0)
        await worker.handle({ facts: [{ ...subscription(1, 'canceled'), occurredAt: new Date() }] })
        expect([await role(worker), await states(worker), await waiting(worker)]).toMatchObject(['FREE', [held], 0])
      }, asking),
  )

  test('begins when a snapshot says that the subscription is active', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, renewal()] })
      await worker.handle({ facts: [subscription(1, 'active')] })
      expect([await role(worker), await waiting(worker)]).toEqual(['PREMIUM', 0])
    }, asking))

  test('begins without an answer in the end, and waits no more at the next payment', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, renewal()] })
      await worker.query('UPDATE subscriptions SET held_until = now()')
      const before = await caches(worker)
      expect(await releaseHeldAccess(worker.pool, asking)).toBe(1)
      expect([await role(worker), await caches(worker)]).toEqual(['PREMIUM', before + 1])
      await worker.handle({ facts: [{ ...renewal(), invoiceId: 'in_2' }] })
      expect([await role(worker), await waiting(worker)]).toEqual(['PREMIUM', 0])
      expect(await releaseHeldAccess(worker.pool, asking)).toBe(0)
    }, asking))

  test.each([
    ['an invoice', () => renewal('subscription_create')],
    ['a checkout', () => ({ ...checkout(1), occurredAt: inSeconds(-9) })],
  ])('of a first payment begins at once, by %s', (_, paid) =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, paid()] })
      expect([await role(worker), await waiting(worker)]).toEqual(['PREMIUM', 0])
    }, asking),
  )

  test('of a first payment that is told late waits: the subscription may have ended', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, { ...renewal('subscription_create'), occurredAt: inSeconds(-3_600) }] })
      expect([await role(worker), await waiting(worker)]).toEqual(['FREE', 1])
    }, asking))

  test('does not take the role that the host gave', () =>
    withUser(async (worker) => {
      await worker.query(`UPDATE users SET role = 'PREMIUM'`)
      await worker.handle({ facts: [LINKED, renewal()] })
      expect([await role(worker), await waiting(worker)]).toEqual(['PREMIUM', 1])
    }, asking))
})

describe('a price of zero', () => {
  test('gives no role, and one above zero does', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, paying(['price_free', 0])] })
      expect([await role(worker), await states(worker)]).toMatchObject(['FREE', [{ is_active: true }]])
      await worker.handle({ facts: [{ ...paying(['price_pro', 900]), subscriptionId: 'sub_2' }] })
      expect(await role(worker)).toBe('PREMIUM')
    }))
})

describe('changed settings', () => {
  const strict = { pastDueIsActive: false }

  test('reach subscriptions that do not change, and their users', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, subscription(1, 'past_due')] })
      expect(await role(worker)).toBe('PREMIUM')
      const before = await caches(worker)

      expect(await deriveAccess(worker.pool, strict)).toBe(1)
      expect([await role(worker), await states(worker)]).toMatchObject(['FREE', [{ is_active: false }]])
      expect(await caches(worker)).toBe(before + 1)
      expect(await deriveAccess(worker.pool, strict)).toBe(0)

      expect(await deriveAccess(worker.pool, RULES)).toBe(1)
      expect(await role(worker)).toBe('PREMIUM')
      expect(await caches(worker)).toBe(before + 2)
    }))

  test('reach rows in batches, all of them', () =>
    withUser(async (worker) => {
      const many = Array.from({ length: 501 }, (_, n) => ({
        ...subscription(1, 'past_due'),
        subscriptionId: `sub_${n}`,
      }))
      await worker.handle({ facts: [LINKED, ...many] })
      expect([await deriveAccess(worker.pool, strict), await deriveAccess(worker.pool, strict)]).toEqual([500, 1])
      expect(await role(worker)).toBe('FREE')
    }))

  test('that name prices give PREMIUM to these alone', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, paying(['price_basic', 500])] })
      expect(await role(worker)).toBe('PREMIUM')
      await deriveAccess(worker.pool, { ...RULES, premiumPrices: new Set(['price_pro']) })
      expect([await role(worker), await states(worker)]).toMatchObject(['FREE', [{ is_active: true }]])
      await deriveAccess(worker.pool, { ...RULES, premiumPrices: new Set(['price_basic', 'price_pro']) })
      expect(await role(worker)).toBe('PREMIUM')
    }))

  test('do not begin access again that has ended', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, paidUntil(inSeconds(-1))] })
      await endPaidAccess(worker.pool)
      await deriveAccess(worker.pool, strict)
      expect(await states(worker)).toMatchObject([{ is_active: false }])
    }))

  test('convert rows of an earlier version', () =>
    withUser(async (worker) => {
      await worker.query(
        `INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, user_id, status, is_active, registers)
          VALUES ('sub_1', 'cus_1', 'user_1', 'active', true, $1)`,
        [
          {
            customerId: 'cus_1',
            invoice: {
              created: '2026-01-05T09:00:00.000Z',
              invoiceId: 'in_1',
              paid: false,
              occurredAt: '2026-01-05T09:00:01.000Z',
              billingReason: null,
            },
          },
        ],
      )
      expect(await deriveAccess(worker.pool, RULES)).toBe(1)
      expect(await states(worker)).toMatchObject([{ status: 'past_due', is_active: false }])
    }))
})

describe('the lookup keys and products of the settings', () => {
  const resolve = async ({ pool }: TestWorker, ...names: string[]) =>
    [...(await resolvePremiumPrices(pool, names))].sort()

  test('stand for the prices that have them, or had them', () =>
    withWorker(async (worker) => {
      const [one, two] = ['price_1', 'price_2'].map((priceId, n) =>
        price(n, { priceId, contents: { lookupKey: 'pro', productId: `prod_${n}` } }),
      )
      await worker.handle({ facts: one && two ? [one, two, price(5, { contents: { productId: 'prod_0' } })] : [] })
      expect(await resolve(worker, 'pro')).toEqual(['price_1', 'price_2', 'pro'])
      expect(await resolve(worker, 'prod_1')).toEqual(['price_2', 'prod_1'])
      expect(await resolve(worker, 'price_9')).toEqual(['price_9'])
    }))

  test('are the same object while nothing changes', () =>
    withWorker(async ({ pool }) => {
      const known = await resolvePremiumPrices(pool, ['pro'])
      expect(await resolvePremiumPrices(pool, ['pro'], known)).toBe(known)
    }))
})
