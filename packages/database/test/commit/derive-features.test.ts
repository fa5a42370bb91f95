import { expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { followCatalogue } from '../../src/commit/index.ts'
import { at, customer, entitlements, product, subscription } from '../facts.ts'
import { subscriptionItem } from '../subscription-item.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const LINK = customer({ links: [{ userId: 'user_1', by: 'own' }] })
const PRO = product(1, { contents: { metadata: { features: ' export, api ,,export' } } })

const item = (productId: string) => subscriptionItem({ id: `si_${productId}`, productId })
const subscribed = (status: string, second = 2, productIds = ['prod_1'], contents = {}) =>
  subscription(second, status, { contents: { items: productIds.map(item), ...contents } })

const withUser = (use: (worker: TestWorker) => Promise<void>, rules: { pastDueIsActive?: boolean } = {}) =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id) VALUES ('user_1'), ('user_2')`)
    await use(worker)
  }, rules)

const featuresOf = async ({ query }: TestWorker, user = 'user_1'): Promise<string[]> =>
  (
    await query<{ feature: string }>(
      'SELECT DISTINCT feature FROM entitlements WHERE sluice_can($1, feature) ORDER BY 1',
      [user],
    )
  ).map(({ feature }) => feature)

const cachesOf = async ({ query }: TestWorker): Promise<string[]> =>
  (
    await query<{ user: string }>(
      `DELETE FROM outbox_messages WHERE kind = 'features.invalidate' RETURNING payload ->> 'userId' AS user`,
    )
  ).map(({ user }) => user)

const permutations = <T>([first, ...rest]: T[]): T[][] =>
  first === undefined
    ? [[]]
    : permutations(rest).flatMap((others) =>
        others.concat(first).map((_, place) => [...others.slice(0, place), first, ...others.slice(place)]),
      )

test.each<[string, Fact, string[]]>([
  ['an active subscription', subscribed('active'), ['api', 'export']],
  ['an ended subscription', subscribed('canceled', 3), []],
  ['a subscription to another product', subscribed('active', 3, ['prod_2']), []],
])('the features of %s are the same whichever event comes first', (_what, last, features) =>
  withUser(async (worker) => {
    for (const facts of permutations([LINK, PRO, last])) {
      await worker.query(
        'TRUNCATE customers, subscriptions, subscription_items, products, entitlements, webhook_events',
      )
      for (const fact of facts) await worker.handle({ facts: [fact] })
      expect(await featuresOf(worker)).toEqual(features)
      expect(await featuresOf(worker, 'user_2')).toEqual([])
    }
  }),
)

test('features follow the metadata of a product, and the cache of each subscriber is dropped', () =>
  withUser(async (worker) => {
    const other = { customerId: 'cus_2', subscriptionId: 'sub_2' }
    await worker.handle({ facts: [LINK, PRO, subscribed('active')] })
    await worker.handle({
      facts: [
        customer({ customerId: 'cus_2', links: [{ userId: 'user_2', by: 'own' }] }),
        {
          ...subscribed('active'),
          ...other,
          contents: { ...subscribed('active').contents, items: [{ ...item('prod_1'), id: 'si_2' }] },
        },
      ],
    })
    await cachesOf(worker)

    await worker.handle({ facts: [product(5, { contents: { metadata: { features: 'api,teams' } } })] })
    expect(await featuresOf(worker)).toEqual(['api', 'teams'])
    expect(await featuresOf(worker, 'user_2')).toEqual(['api', 'teams'])
    expect((await cachesOf(worker)).sort()).toEqual(['user_1', 'user_2'])

    await worker.handle({ facts: [product(6, { contents: { name: 'Pro 2', metadata: { features: 'api,teams' } } })] })
    expect(await cachesOf(worker)).toEqual([])

    await worker.handle({ facts: [product(7)] })
    expect(await featuresOf(worker)).toEqual([])
  }))

test('features end with the subscription, and when it is to be canceled', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [LINK, PRO, subscribed('active')] })
    const cancelAt = (time: Date) => ({ cancelAt: time.toISOString() })
    await worker.handle({ facts: [subscribed('active', 3, ['prod_1'], cancelAt(new Date(Date.now() + 60_000)))] })
    expect(await featuresOf(worker)).toEqual(['api', 'export'])
    await worker.handle({ facts: [subscribed('active', 4, ['prod_1'], cancelAt(at(3)))] })
    expect(await featuresOf(worker)).toEqual([])

    await worker.handle({ facts: [subscribed('active', 5)] })
    expect(await featuresOf(worker)).toEqual(['api', 'export'])
    await worker.handle({ facts: [subscribed('past_due', 6)] })
    expect(await featuresOf(worker)).toEqual(['api', 'export'])
    await worker.handle({ facts: [subscribed('unpaid', 7)] })
    expect(await worker.query('SELECT FROM entitlements')).toEqual([])
  }))

test('each source counts: an entitlement of Stripe, and two products with one feature', () =>
  withUser(async (worker) => {
    const team = product(1, { productId: 'prod_2', contents: { metadata: { features: 'api' } } })
    await worker.handle({
      facts: [LINK, PRO, team, subscribed('active', 2, ['prod_1', 'prod_2']), entitlements(2, ['api'])],
    })
    expect(await worker.query('SELECT source FROM entitlements ORDER BY entitlement_key')).toEqual([
      { source: 'customer:cus_1' },
      { source: 'subscription:sub_1' },
      { source: 'subscription:sub_1' },
    ])
    await worker.handle({ facts: [subscribed('canceled', 3)] })
    expect(await featuresOf(worker)).toEqual(['api'])
    await worker.handle({ facts: [entitlements(4, [])] })
    expect(await featuresOf(worker)).toEqual([])
  }))

/** The same subscription under another id. */
const second = (status: string, time: number) => ({
  ...subscribed(status, time),
  subscriptionId: 'sub_2',
  contents: { ...subscribed(status, time).contents, items: [{ ...item('prod_1'), id: 'si_2' }] },
})

test('two subscriptions with one feature give it until the last one ends, in every order', () =>
  withUser(async (worker) => {
    const tables = 'customers, subscriptions, subscription_items, products, entitlements, webhook_events'
    for (const facts of permutations<Fact>([PRO, subscribed('canceled', 3), second('active', 2)])) {
      await worker.query(`TRUNCATE ${tables}`)
      for (const fact of [LINK, subscribed('active'), ...facts]) await worker.handle({ facts: [fact] })
      expect(await featuresOf(worker)).toEqual(['api', 'export'])
      await cachesOf(worker)
      await worker.handle({ facts: [second('canceled', 9)] })
      expect([await featuresOf(worker), await cachesOf(worker)]).toEqual([[], ['user_1']])
    }
  }))

test('the newest summary of entitlements counts, in every order', () =>
  withUser(async (worker) => {
    for (const facts of permutations<Fact>([LINK, entitlements(2, ['api', 'export']), entitlements(3, ['export'])])) {
      await worker.query('TRUNCATE customers, entitlement_summaries, entitlements, webhook_events')
      for (const fact of facts) await worker.handle({ facts: [fact] })
      expect(await featuresOf(worker)).toEqual(['export'])
    }
  }))

test('a paused subscription gives no features, and one whose collection is paused does', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [LINK, PRO, subscribed('paused')] })
    expect(await featuresOf(worker)).toEqual([])
    await worker.handle({ facts: [subscribed('active', 3, ['prod_1'], { pauseCollection: 'void' })] })
    expect(await featuresOf(worker)).toEqual(['api', 'export'])
    expect(await cachesOf(worker)).toContain('user_1')
  }))

test('where a grace period is not wanted, a past due subscription gives no features', () =>
  withUser(
    async (worker) => {
      await worker.handle({ facts: [LINK, PRO, subscribed('active')] })
      await cachesOf(worker)
      await worker.handle({ facts: [subscribed('past_due', 3)] })
      expect([await featuresOf(worker), await cachesOf(worker)]).toEqual([[], ['user_1']])
    },
    { pastDueIsActive: false },
  ))

test('features move with the subscription to another user, by an event and by the host', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [LINK, PRO, subscribed('active')] })
    await worker.handle({ facts: [customer({ occurredAt: at(9), links: [{ userId: 'user_2', by: 'own' }] })] })
    expect(await featuresOf(worker)).toEqual([])
    expect(await featuresOf(worker, 'user_2')).toEqual(['api', 'export'])
  }))

test('a change of a product is repeated for commits that read it as it was before', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [LINK, PRO, subscribed('active')] })
    await worker.query(`DELETE FROM entitlements; UPDATE catalogue_changes SET due_at = now()`)
    expect(await followCatalogue(worker.pool)).toBe(1)
    expect(await featuresOf(worker)).toEqual(['api', 'export'])
    expect(await followCatalogue(worker.pool)).toBe(0)
  }))

test('a product of another account or mode gives nothing', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [LINK, { ...PRO, livemode: true }, subscribed('active')] })
    expect(await featuresOf(worker)).toEqual([])
  }))

test('sluice_can means the same whatever the search_path of its caller', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [LINK, PRO, subscribed('active')] })
    const client = await worker.owner.connect()
    try {
      await client.query(`
        CREATE SCHEMA other; CREATE TABLE other.entitlements AS TABLE sluice.entitlements WITH NO DATA;
        SET search_path = other`)
      const { rows } = await client.query(`SELECT sluice.sluice_can('user_1', 'api') AS can`)
      expect(rows).toEqual([{ can: true }])
    } finally {
      client.release(true)
    }
  }))
