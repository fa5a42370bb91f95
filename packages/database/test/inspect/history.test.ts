import { expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { type History, readCustomer, readHistory, readUser } from '../../src/inspect/index.ts'
import { at, customer, entitlements, invoice, payment, product, subscription } from '../facts.ts'
import { subscriptionItem } from '../subscription-item.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const inPlan = (second: number, status: string, contents = {}) =>
  subscription(second, status, { contents: { items: [subscriptionItem()], ...contents } })

/** `payment` of the facts names the event that it came from: here the committer says so. */
const paid = (status: 'failed' | 'succeeded', second: number): Fact => {
  const { webhookEventId: _, ...fact } = payment({ status, occurredAt: at(second) })
  return fact
}

/** A subscription from its trial to its end, an event each, as it happened. */
const LIFE: Fact[][] = [
  [customer({ links: [{ userId: 'user_1', by: 'own' }] })],
  [product(1, { contents: { metadata: { features: 'export' } } })],
  [inPlan(2, 'trialing')],
  [entitlements(3, ['seats'])],
  [inPlan(4, 'past_due'), paid('failed', 4)],
  [invoice(5, 'paid', { created: 4 }), paid('succeeded', 5)],
  [inPlan(6, 'active', { quantity: 3, currentPeriodEnd: at(2_000).toISOString() })],
  [entitlements(7, ['seats', 'priority'])],
  [inPlan(8, 'active', { quantity: 3, currentPeriodEnd: at(2_000).toISOString(), cancelAtPeriodEnd: true })],
  [product(9, { contents: { metadata: { features: 'export,api' } } })],
  [inPlan(10, 'canceled', { canceledAt: at(10).toISOString() })],
  [entitlements(11, [])],
]

const COLUMNS: Record<string, [key: string, columns: string]> = {
  users: ['id', 'role'],
  subscriptions: [
    'stripe_subscription_id',
    'status, price_id, quantity::int, current_period_end, cancel_at_period_end',
  ],
  payments: ['payment_id', 'status'],
  entitlements: ['source', 'feature'],
}

/** The state that the database has, as lines of text. */
async function stateOf({ query }: TestWorker): Promise<string[]> {
  const tables = Object.entries(COLUMNS).map(async ([table, [key, columns]]) =>
    (await query(`SELECT ${key} AS key, ${columns} FROM ${table}`)).map(({ key, ...values }) =>
      lineOf(table, key, values),
    ),
  )
  return (await Promise.all(tables)).flat().sort()
}

const lineOf = (table: string, key: unknown, values: object): string => JSON.stringify([table, key, values])

const stateAt = ({ periods }: History, time: Date): string[] =>
  periods
    .filter(({ from, until }) => (from === null || from <= time) && (until === null || time < until))
    .map(({ table, key, values }) => lineOf(table, key, values))
    .sort()

/** In any order, and several in one commit. */
const ORDERS: [name: string, batches: number[][]][] = [
  ['as it happened', LIFE.map((_, event) => [event])],
  ['backwards', LIFE.map((_, event) => [event]).reverse()],
  ['mixed', [[10], [4], [0], [7, 2], [5], [1], [11], [3], [8, 6], [9]]],
]

test.each(ORDERS)(
  'the state at each event is that of a database with the events committed until then: %s',
  (_name, batches) =>
    withWorker(async (worker) => {
      const { owner, query } = worker
      await query(`INSERT INTO users (id) VALUES ('user_1')`)
      const moments: { at: Date; state: string[] }[] = []
      for (const batch of batches) {
        const ids: string[] = []
        for (const event of batch) ids.push(await worker.append({ facts: LIFE[event] ?? [] }))
        await query(`UPDATE webhook_events SET customer_id = 'cus_1'`)
        const settled = [...(await worker.commit(ids)).values()].map(({ outcome }) => outcome)
        expect(settled.every((outcome) => outcome === 'processed')).toBe(true)
        const [row] = await query<{ at: Date }>('SELECT max(processed_at) AS at FROM webhook_events')
        if (row) moments.push({ at: row.at, state: await stateOf(worker) })
        await query('SELECT pg_sleep(0.003)') // times have milliseconds
      }
      const user = await readUser(owner, 'user_1')
      if (!user) throw new Error('the user is gone')
      const history = await readHistory(owner, user)
      expect(history.moments.map(({ at }) => at)).toEqual(moments.map(({ at }) => at))
      expect(history.moments.map(({ events }) => events.length)).toEqual(batches.map(({ length }) => length))
      for (const { at, state } of moments) expect([at, stateAt(history, at)]).toEqual([at, state])
      expect(new Set(moments.map(({ state }) => state.join())).size).toBeGreaterThan(2)
    }),
)

test('of rows whose first events are deleted it is not known since when, and of older changes nothing', () =>
  withWorker(async (worker) => {
    const { owner, query } = worker
    await worker.handle({ facts: [inPlan(1, 'trialing')] })
    await worker.handle({ facts: [inPlan(2, 'active')] })
    await query(`INSERT INTO frozen_rows (row_key) VALUES ('subscriptions/sub_1')`)
    await query(`UPDATE webhook_events SET customer_id = 'cus_1'`)
    const person = await readCustomer(owner, 'cus_1')
    if (!person) throw new Error('the customer is gone')
    const { periods, knownSince } = await readHistory(owner, person)
    const known = periods.map(({ values, from, until }) => [values['status'], from === null, until === null])
    expect(known).toEqual([
      ['trialing', true, false],
      ['active', false, true],
    ])
    expect(knownSince.changes.getTime()).toBeLessThan(Date.now())
    expect(Date.now() - knownSince.changes.getTime()).toBeLessThan(400 * 86_400_000)
  }))
