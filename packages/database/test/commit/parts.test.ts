import { describe, expect, test } from '@jest/globals'
import type { SubscriptionItem } from '@sluice/events'
import { at, customer, entitlements, subscription } from '../facts.ts'
import { subscriptionItem } from '../subscription-item.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const item = (id: string, fields: Partial<SubscriptionItem> = {}): SubscriptionItem =>
  subscriptionItem({ id, priceId: `price_${id}`, currentPeriodEnd: at(9).toISOString(), ...fields })

const withItems = (second: number, ...items: SubscriptionItem[]) =>
  subscription(second, 'active', { contents: { items } })

describe('the items of a subscription', () => {
  const rows = ({ query }: TestWorker) => query('SELECT * FROM subscription_items ORDER BY position')
  const ids = async (worker: TestWorker) => (await rows(worker)).map((row) => row['stripe_subscription_item_id'])

  test('are the items of the snapshot that wins, in every order', () =>
    withWorker(async (worker) => {
      await worker.handle({ facts: [withItems(2, item('b'), item('c'))] })
      expect(await ids(worker)).toEqual(['b', 'c'])
      await worker.handle({ facts: [withItems(1, item('a'), item('b'))] })
      expect(await ids(worker)).toEqual(['b', 'c'])
      await worker.handle({ facts: [withItems(3, item('c'), item('a'))] })
      expect(await ids(worker)).toEqual(['c', 'a'])
      await worker.handle({ facts: [withItems(4)] })
      expect(await ids(worker)).toEqual([])
    }))

  test('have all their columns, of any size', () =>
    withWorker(async (worker) => {
      const big = { quantity: 13_580_246_790, unitAmount: 13_580_246_790 }
      await worker.handle({
        facts: [withItems(1, item('a', big), item('b', { unitAmountDecimal: '0.5', unitAmount: null }))],
      })
      expect(await rows(worker)).toMatchObject([
        {
          stripe_subscription_id: 'sub_1',
          position: 0,
          price_id: 'price_a',
          product_id: 'prod_1',
          quantity: '13580246790',
          usage_type: 'licensed',
          unit_amount: '13580246790',
          currency: 'usd',
          interval: 'month',
          interval_count: 1,
          current_period_end: at(9),
        },
        { position: 1, unit_amount: null, unit_amount_decimal: '0.5' },
      ])
    }))

  test('change with what they cost, and stay when only the status changes', () =>
    withWorker(async (worker) => {
      await worker.handle({ facts: [withItems(1, item('a'))] })
      await worker.handle({ facts: [withItems(2, item('a', { quantity: 5 }))] })
      expect(await rows(worker)).toMatchObject([{ quantity: '5' }])
      const [before] = await worker.query('SELECT xmin::text FROM subscription_items')
      await worker.handle({
        facts: [subscription(3, 'past_due', { contents: { items: [item('a', { quantity: 5 })] } })],
      })
      expect(await worker.query('SELECT xmin::text FROM subscription_items')).toEqual([before])
    }))

  test('of one batch are written together, also where two subscriptions name one id', () =>
    withWorker(async (worker) => {
      const other = { ...withItems(1, item('a'), item('d')), subscriptionId: 'sub_2' }
      const result = await worker.handle({ facts: [withItems(1, item('a'), item('b')), other] })
      expect(result).toMatchObject({ outcome: 'processed' })
      expect((await worker.query('SELECT count(*)::int FROM subscription_items'))[0]).toEqual({ count: 3 })
    }))
})

describe('the entitlements of a customer', () => {
  const rows = ({ query }: TestWorker) =>
    query('SELECT user_id, feature, source, stripe_customer_id FROM entitlements ORDER BY source, feature')
  const LINKED = customer({ links: [{ userId: 'user_1', by: 'client_reference_id' }] })

  test('are those of the newest summary, in every order, and belong to its user', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
      await worker.handle({ facts: [LINKED, entitlements(2, ['exports', 'teams'])] })
      await worker.handle({ facts: [entitlements(1, ['old'])] })
      const source = { source: 'customer:cus_1', stripe_customer_id: 'cus_1' }
      expect(await rows(worker)).toEqual([
        { user_id: 'user_1', feature: 'exports', ...source },
        { user_id: 'user_1', feature: 'teams', ...source },
      ])
      await worker.handle({ facts: [entitlements(3, ['teams'])] })
      expect(await rows(worker)).toEqual([{ user_id: 'user_1', feature: 'teams', ...source }])
      await worker.handle({ facts: [entitlements(4, [])] })
      expect(await rows(worker)).toEqual([])
    }))

  test('get their user when it is known, and follow the link of their customer', () =>
    withWorker(async (worker) => {
      await worker.handle({ facts: [customer({}), entitlements(1, ['exports'])] })
      expect(await rows(worker)).toMatchObject([{ user_id: null }])
      await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
      await worker.handle({ facts: [LINKED] })
      expect(await rows(worker)).toMatchObject([{ user_id: 'user_1' }])
    }))

  test('of two customers of one user may have the same feature', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
      const second = { ...LINKED, customerId: 'cus_2' }
      const both = [entitlements(1, ['exports']), entitlements(1, ['exports'], { customerId: 'cus_2' })]
      expect(await worker.handle({ facts: [LINKED, second, ...both] })).toMatchObject({ outcome: 'processed' })
      expect(await rows(worker)).toMatchObject([{ feature: 'exports' }, { feature: 'exports' }])
      await worker.handle({ facts: [entitlements(2, [])] })
      expect(await rows(worker)).toMatchObject([{ user_id: 'user_1', source: 'customer:cus_2' }])
    }))

  test('that changed make the host drop its cache', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
      await worker.handle({ facts: [LINKED] })
      const settled = await worker.handle({ facts: [entitlements(1, ['exports'])] })
      expect(settled).toMatchObject({ effects: [{ delayMs: 0 }] })
      expect(await worker.handle({ facts: [entitlements(1, ['exports'])] })).toMatchObject({ effects: [] })
    }))
})
