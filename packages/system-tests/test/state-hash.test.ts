import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { followCatalogue } from '@sluice/database/commit'
import { migrate } from '@sluice/database/migrate'
import { connect } from '@sluice/database/pool'
import { type StateHash, stateHash, stateHashIn } from '@sluice/database/state-hash'
import {
  type SeedStream,
  type SentEvent,
  seedStream,
  shuffle,
  stripeEvent,
  subscriptionLifecycle,
} from '@sluice/simulator'
import { asRole, type Borrowed, borrow, withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { addHostRowsOf, commitEvents } from './support/commit-stream.ts'
import { withDatabase } from './support/lifecycle-orders.ts'

const STREAM = withCredits(withEntitlements(seedStream({ events: 180, seed: 'state hash 92' })))

/** A seed stream ends its entitlements. */
function withEntitlements(stream: SeedStream): SeedStream {
  const { id: userId, email } = stream.users[0] as SeedStream['users'][number]
  const steps = ['created', 'activated', 'paid', 'entitled'] as const
  return { ...stream, events: [...stream.events, ...subscriptionLifecycle({ seed: 'entitled', steps, userId, email })] }
}

/** The price that the stream's subscriptions have grants credits. */
function withCredits(stream: SeedStream): SeedStream {
  const price = { id: 'price_pro_monthly', product: 'prod_pro', metadata: { credits: '100' } }
  return {
    ...stream,
    events: [...stream.events, stripeEvent('price.created', price, { id: 'evt_price', created: 1_767_600_000 })],
  }
}

/** Commits events, and what a worker derives a moment after them. */
async function commitAll(worker: Pool, events: SentEvent[], size: number): Promise<void> {
  await commitEvents(worker, events, size)
  while ((await followCatalogue(worker)) > 0);
}

/** Runs `use` on a database in which the stream's events were committed in this order and in batches of that size. */
const withState = <T>(events: SentEvent[], size: number, use: (owner: Pool) => Promise<T>): Promise<T> =>
  withDatabase(async (owner, worker) => {
    await addHostRowsOf(owner, STREAM)
    await commitAll(worker, events, size)
    return use(owner)
  })

let expected: StateHash
let state: Borrowed<Pool>

beforeAll(async () => {
  state = await borrow((use) => withState(STREAM.events, 64, use))
  expected = await stateHash(state.value)
})
afterAll(() => state.release())

test('every table of the state has rows in this stream, except those that its events do not reach', () => {
  const empty = Object.entries(expected.tables).filter(([, { rows }]) => rows === 0)
  expect(empty.map(([name]) => name)).toEqual(['connected_accounts', 'credit_notes', 'fraud_warnings'])
  expect(expected).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), unprocessed: 0 })
})

describe('the hash is that of the set of events', () => {
  const { events } = STREAM
  test.each<[string, SentEvent[], number]>([
    ['backwards, in small batches', events.toReversed(), 5],
    ['in another order, some twice', shuffle([...events, ...events.slice(0, 60)], 'twice'), 17],
    ['in another order, in one batch', shuffle(events, 'one batch'), 1_000],
  ])('%s', (_, arrived, size) =>
    withState(arrived, size, async (owner) => expect(await stateHash(owner)).toEqual(expected)),
  )

  test('replayed', () =>
    withDatabase(async (owner, worker) => {
      await addHostRowsOf(owner, STREAM)
      for (const size of [64, 33]) {
        await commitAll(worker, events, size)
        expect(await stateHash(owner)).toEqual(expected)
        await owner.query('DELETE FROM webhook_events')
      }
    }))

  test('in a database with another collation, time zone and style of dates', () =>
    withOtherDatabase(async (url) => {
      const [owner, worker] = [connect(url), connect(asRole(url, 'sluice_worker'))]
      try {
        await addHostRowsOf(owner, STREAM)
        await commitAll(worker, shuffle(events, 'elsewhere'), 33)
        expect(await stateHash(owner)).toEqual(expected)
      } finally {
        await Promise.all([owner.end(), worker.end()])
      }
    }))
})

/** A migrated database in which text sorts in another order. */
const withOtherDatabase = (use: (url: string) => Promise<void>) =>
  withPostgres(async ({ url }) => {
    const name = `other_${randomUUID().replaceAll('-', '')}`
    const other = Object.assign(new URL(url), { pathname: `/${name}` }).href
    const server = connect(url, { max: 1 })
    try {
      const { rows } = await server.query(`SELECT 'a' < 'B' AS "sortsByLetter"`)
      const collation = rows[0].sortsByLetter ? `LC_COLLATE 'C'` : `LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`
      await server.query(`CREATE DATABASE ${name} TEMPLATE template0 ${collation}`)
      await server.query(`ALTER DATABASE ${name} SET timezone = 'Pacific/Auckland'`)
      await server.query(`ALTER DATABASE ${name} SET DateStyle = 'SQL, DMY'`)
      await migrate(other)
      await use(other)
    } finally {
      await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await server.end()
    }
  })

/** The hash after these statements, which are undone. */
async function hashAfter(...statements: string[]): Promise<StateHash> {
  const client = await state.value.connect()
  try {
    await client.query('BEGIN')
    for (const statement of statements) expect((await client.query(statement)).rowCount).not.toBe(0)
    return await stateHashIn(client)
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
}

const ONE = (table: string, where = 'true') => `ctid = (SELECT ctid FROM ${table} WHERE ${where} LIMIT 1)`

describe('a change that wrongs a user changes the hash, and that of its table alone', () => {
  test.each([
    ['payments', `UPDATE payments SET amount = amount + 1 WHERE ${ONE('payments')}`],
    ['ledger_entries', `UPDATE ledger_entries SET amount = amount + 1 WHERE ${ONE('ledger_entries')}`],
    ['ledger_entries', `UPDATE ledger_entries SET livemode = NOT livemode WHERE ${ONE('ledger_entries')}`],
    ['ledger_entries', `DELETE FROM ledger_entries WHERE ${ONE('ledger_entries')}`],
    ['credit_entries', `UPDATE credit_entries SET amount = amount + 1 WHERE ${ONE('credit_entries')}`],
    ['users', `UPDATE users SET role = 'PREMIUM' WHERE ${ONE('users', "role = 'FREE'")}`],
    ['entitlements', `DELETE FROM entitlements WHERE ${ONE('entitlements')}`],
    ['subscriptions', `UPDATE subscriptions SET is_active = NOT is_active WHERE ${ONE('subscriptions')}`],
    ['subscription_items', `UPDATE subscription_items SET quantity = 7 WHERE ${ONE('subscription_items')}`],
    ['customers', `UPDATE customers SET user_id = NULL WHERE ${ONE('customers', 'user_id IS NOT NULL')}`],
    ['invoices', `UPDATE invoices SET registers = registers || '{"x":1}' WHERE ${ONE('invoices')}`],
    ['refunds', `DELETE FROM refunds WHERE ${ONE('refunds')}`],
    ['generation_jobs', `UPDATE generation_jobs SET status = 'canceled' WHERE ${ONE('generation_jobs')}`],
    ['variants', `UPDATE variants SET source_url = 'https://example.com' WHERE ${ONE('variants')}`],
    ['outbox_messages', `DELETE FROM outbox_messages WHERE ${ONE('outbox_messages', "kind = 'receipt'")}`],
  ])('%s: %s', async (table, statement) => {
    const found = await hashAfter(statement)
    expect(found.hash).not.toBe(expected.hash)
    expect(differing(found)).toEqual([table])
  })
})

const differing = ({ tables }: StateHash): string[] =>
  Object.keys(tables).filter((name) => tables[name]?.hash !== expected.tables[name]?.hash)

describe('the hash leaves out', () => {
  test.each([
    ['the inbox', 'DELETE FROM webhook_events'],
    ['attempts and times of effects', `UPDATE outbox_messages SET status = 'done', attempts = 3, done_at = now()`],
    ['ids of our own', 'UPDATE ledger_entries SET id = id + 100000, webhook_event_id = 7, created_at = now()'],
    ['renders by their number', 'UPDATE variants SET render_id = render_id + 100000'],
    ['copied files', `UPDATE variants SET status = 'stored', storage_key = 'x', bytes = 1, sha256 = 'y'`],
    [
      'documents',
      `INSERT INTO documents (kind, number, payment_id, storage_key) VALUES ('receipt', 'R-1', 'in_1', 'x')`,
    ],
    ['when the host is asked next', 'UPDATE generation_jobs SET poll_after = now(), seen_at = now()'],
    ["what is the host's alone", `UPDATE users SET email = 'new@example.com'`],
    ['columns that the host adds', 'ALTER TABLE users ADD COLUMN password text DEFAULT md5(random()::text)'],
  ])('%s', async (_, statement) => expect((await hashAfter(statement)).tables).toEqual(expected.tables))
})

describe('a ledger that was corrected has the hash of one that was right from the start', () => {
  /** A payment of one cent more was booked, then the difference. */
  const wrongEntry = (by: number, corrected: number) => [
    `UPDATE ledger_entries SET amount = amount + ${by} WHERE entry_key = (${FIRST_ENTRY})`,
    `INSERT INTO ledger_entries (entry_key, corrects, payment_id, account, direction, amount, currency, livemode)
      SELECT 'correction:' || entry_key || ':1', entry_key, payment_id, account,
        CASE direction WHEN 'debit' THEN 'credit' ELSE 'debit' END, ${corrected}, currency, livemode
      FROM ledger_entries WHERE entry_key = (${FIRST_ENTRY})`,
  ]
  const FIRST_ENTRY = `SELECT min(entry_key) FROM ledger_entries WHERE entry_key LIKE 'payment:%'`

  test('by the right amount', async () =>
    expect((await hashAfter(...wrongEntry(500, 500))).tables).toEqual(expected.tables))

  test('and another one if a cent is missing', async () =>
    expect(differing(await hashAfter(...wrongEntry(500, 499)))).toEqual(['ledger_entries']))

  test('also from one payment to another', async () =>
    expect(
      (
        await hashAfter(
          `UPDATE ledger_entries SET payment_id = 'in_wrong' WHERE entry_key = (${FIRST_ENTRY})`,
          `INSERT INTO ledger_entries (entry_key, corrects, payment_id, account, direction, amount, currency, livemode)
            SELECT 'correction:' || entry_key || n, entry_key, CASE n WHEN ':1' THEN payment_id ELSE right_id END, account,
              CASE WHEN (direction = 'debit') = (n = ':1') THEN 'credit' ELSE 'debit' END, amount, currency, livemode
            FROM ledger_entries, unnest(ARRAY[':1', ':2']) AS n, substr(entry_key, 9) AS right_id
            WHERE entry_key = (${FIRST_ENTRY})`,
        )
      ).tables,
    ).toEqual(expected.tables))
})

test('events that are not processed yet are counted', async () => {
  const { unprocessed } = await hashAfter(
    `WITH due AS (DELETE FROM catalogue_changes)
      UPDATE webhook_events SET status = 'failed' WHERE ${ONE('webhook_events')}`,
  )
  expect(unprocessed).toBe(1)
})
