import { describe, expect, test } from '@jest/globals'
import { type Fact, processed } from '@sluice/events'
import { eventually, withPostgres } from '@sluice/testing'
import type { Pool, PoolClient } from 'pg'
import { type Committer, createCommitter, endPaidAccess, linkChangedUsers } from '../../src/commit/index.ts'
import { appendRows } from '../../src/inbox/append-rows.ts'
import { connect } from '../../src/sql/pool.ts'
import { customer, payment, prediction, subscription } from '../facts.ts'
import { received } from '../received.ts'

interface Committing {
  committer: Committer
  owner: Pool
  /** Appends events with these facts, and returns the ids of their rows. */
  append(...contents: Fact[][]): Promise<string[]>
  /** Runs statements in a transaction of the host, which stays open until `use` ends. */
  holding<T>(statements: string, use: (holder: { pid: number }) => Promise<T>): Promise<T>
}

const withCommitter = (use: (committing: Committing) => Promise<void>) =>
  withPostgres(async ({ url, roleUrl }) => {
    const owner = connect(url, { max: 4, applicationName: 'host' })
    const pool = connect(roleUrl('sluice_worker'))
    const factsOf = new Map<string, Fact[]>()
    const committer = createCommitter(pool, {
      decide: ({ eventId }) => processed(factsOf.get(eventId) ?? []),
      pastDueIsActive: true,
      jobWaitSeconds: 0,
    })
    const append = async (...contents: Fact[][]) => {
      const names = contents.map((facts) => {
        const name = `evt_${factsOf.size}`
        factsOf.set(name, facts)
        return name
      })
      const rows = await appendRows(
        owner,
        names.map((name) => received(name)),
      )
      return rows.map(({ id }) => id)
    }
    const holding: Committing['holding'] = async (statements, use) => {
      const holder = await owner.connect()
      try {
        await holder.query(`BEGIN; ${statements}`)
        return await use({ pid: await pidOf(holder) })
      } finally {
        await holder.query('ROLLBACK')
        holder.release()
      }
    }
    try {
      await owner.query(`
        INSERT INTO users (id, stripe_customer_id) SELECT 'user_' || n, 'cus_' || n FROM generate_series(1, 9) AS n;
        INSERT INTO generation_jobs (id, prediction_id) SELECT 'job_' || n, 'pred_' || n FROM generate_series(1, 9) AS n`)
      await use({ committer, owner, append, holding })
    } finally {
      await Promise.all([owner.end(), pool.end()])
    }
  })

const pidOf = async (client: PoolClient): Promise<number> =>
  (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid

/** An event of each kind about the nth customer and the nth generation. */
const subscriber = (n: number): Fact[] => [
  customer({ customerId: `cus_${n}` }),
  subscription(1, 'active', { customerId: `cus_${n}`, subscriptionId: `sub_${n}` }),
  payment({ paymentId: `in_${n}`, stripeCustomerId: `cus_${n}` }),
]
const generation = (n: number): Fact[] => [prediction('succeeded', { predictionId: `pred_${n}` })]

const outcomes = (settled: Map<string, { outcome: string }> | undefined, ids: string[]) =>
  ids.map((id) => settled?.get(id)?.outcome)

/** Once nothing holds the lock, all events are committed. */
async function untilCommitted({ committer }: Committing, ids: string[]): Promise<void> {
  await eventually(async () => expect(ids.map(committer.lockOf)).toEqual(ids.map(() => undefined)))
  for (const id of ids) expect(['processed', 'settled']).toContain((await committer.alone(id)).outcome)
}

describe('an event that needs a row which another session has locked, is busy, and the others are committed', () => {
  test.each([
    ['users', `SELECT FROM users WHERE id = 'user_1' FOR UPDATE`],
    ['users', `UPDATE users SET email = 'a@example.com' WHERE id = 'user_1'`],
    ['customers', `SELECT FROM customers WHERE stripe_customer_id = 'cus_1' FOR UPDATE`],
    ['subscriptions', `SELECT FROM subscriptions WHERE stripe_subscription_id = 'sub_1' FOR UPDATE`],
    ['payments', `SELECT FROM payments WHERE payment_id = 'in_1' FOR UPDATE`],
    ['generation_jobs', `SELECT FROM generation_jobs WHERE prediction_id = 'pred_1' FOR UPDATE`],
  ])('%s: %s', (table, statement) =>
    withCommitter(async (committing) => {
      const { committer, append, holding } = committing
      const before = await append(subscriber(1), subscriber(2))
      expect(outcomes(await committer.together(before), before)).toEqual(['processed', 'processed'])
      const ids = await append(
        table === 'generation_jobs' ? generation(1) : subscriber(1),
        subscriber(2),
        generation(2),
      )
      const [locked = ''] = ids
      await holding(statement, async ({ pid }) => {
        const settled = await committer.together(ids)
        expect(outcomes(settled, ids)).toEqual(['busy', 'processed', 'processed'])
        const lock = { table, pid, applicationName: 'host', heldMs: expect.any(Number) }
        expect(settled?.get(locked)).toEqual({ outcome: 'busy', lock })
        expect(committer.lockOf(locked)).toEqual(lock)
        expect(ids.map(committer.isQuarantined)).toEqual([false, false, false])
      })
      await untilCommitted(committing, [locked])
    }),
  )
})

describe('a lock on a whole table holds up only the events that need the table', () => {
  test.each([
    ['users', 'LOCK TABLE users IN ACCESS EXCLUSIVE MODE'],
    ['users', 'ALTER TABLE users ADD COLUMN plan text'],
    ['customers', 'LOCK TABLE customers IN SHARE MODE'],
    ['subscriptions', 'REINDEX TABLE subscriptions'],
    ['payments', 'LOCK TABLE payments IN EXCLUSIVE MODE'],
    ['ledger_entries', 'CREATE INDEX ON ledger_entries (currency)'],
  ])('%s: %s', (table, statement) =>
    withCommitter(async (committing) => {
      const { committer, append, holding } = committing
      const ids = await append(subscriber(1), generation(1))
      const later = await append(subscriber(2), generation(2))
      await holding(statement, async ({ pid }) => {
        expect(outcomes(await committer.together(ids), ids)).toEqual(['busy', 'processed'])
        expect(committer.lockOf(ids[0] as string)).toMatchObject({ table, pid, applicationName: 'host' })
        expect(outcomes(await committer.together(later), later)).toEqual(['busy', 'processed'])
      })
      await untilCommitted(committing, [ids[0], later[0]] as string[])
    }),
  )

  test('the inbox: every event is busy, and is not tried again before the lock is released', () =>
    withCommitter(async (committing) => {
      const { committer, append, holding } = committing
      const ids = await append(subscriber(1), generation(1))
      await holding('LOCK TABLE webhook_events', async ({ pid }) => {
        const lock = { table: 'webhook_events', pid, applicationName: 'host', heldMs: expect.any(Number) }
        expect(await committer.together(ids)).toEqual(new Map(ids.map((id) => [id, { outcome: 'busy', lock }])))
      })
      await untilCommitted(committing, ids)
    }))
})

test('an event that waits for a row of which nobody knows who inserts it, is tried apart from the others', () =>
  withCommitter(async (committing) => {
    const { committer, append, holding } = committing
    const ids = await append([customer({ customerId: 'cus_new' })], [customer({ customerId: 'cus_2' })], generation(1))
    const [waiting, other, apart] = ids as [string, string, string]
    await holding(`INSERT INTO customers (stripe_customer_id) VALUES ('cus_new')`, async () => {
      expect(await committer.together(ids)).toEqual(
        new Map([[apart, expect.objectContaining({ outcome: 'processed' })]]),
      )
      expect(ids.map(committer.isQuarantined)).toEqual([true, true, false])
      expect(await committer.alone(other)).toMatchObject({ outcome: 'processed' })
      expect(await committer.alone(waiting)).toMatchObject({ outcome: 'busy', lock: { table: 'customers' } })
    })
    await untilCommitted(committing, [waiting])
  }))

test('an event that meets a lock which is known by another customer of its user, waits no longer than the lock', () =>
  withCommitter(async (committing) => {
    const { committer, append, holding } = committing
    const other = [
      customer({ customerId: 'cus_other', links: own('user_1') }),
      subscription(1, 'active', { customerId: 'cus_other' }),
    ]
    const ids = await append(subscriber(1), other)
    await holding(`SELECT FROM users WHERE id = 'user_1' FOR UPDATE`, async () => {
      for (const id of ids)
        expect(await committer.alone(id)).toMatchObject({ outcome: 'busy', lock: { table: 'users' } })
    })
    await untilCommitted(committing, ids)
  }))

describe('an event waits for no other transaction of the host', () => {
  test.each([
    ['that has inserted the user', `INSERT INTO users (id, stripe_customer_id) VALUES ('user_10', 'cus_10')`],
    ['that refers to the user', `SELECT FROM users WHERE id = 'user_1' FOR KEY SHARE`],
    ['that has read everything', 'SELECT * FROM users; SELECT * FROM generation_jobs'],
  ])('%s', (_what, statement) =>
    withCommitter(async ({ committer, append, holding }) => {
      const ids = await append(subscriber(1), subscriber(10), generation(1))
      await holding(statement, async () => {
        expect(outcomes(await committer.together(ids), ids)).toEqual(['processed', 'processed', 'processed'])
      })
    }),
  )
})

/** Guarantees that a schedule does its work for the rows that it can have, and the rest once the lock is released. */
describe('a schedule leaves out the rows that another session has locked', () => {
  test('changed users', () =>
    withCommitter(async ({ committer, owner, append, holding }) => {
      const ids = await append(
        [customer({ customerId: 'cus_a', links: own('a') })],
        [customer({ customerId: 'cus_b', links: own('b') })],
      )
      await committer.together(ids)
      await owner.query(`DELETE FROM user_changes; INSERT INTO users (id) VALUES ('a'), ('b'), ('c')`)
      const linked = async () =>
        (await owner.query('SELECT user_id FROM customers ORDER BY stripe_customer_id')).rows.map((row) => row.user_id)
      await holding(`SELECT FROM users WHERE id = 'a' FOR UPDATE`, async () => {
        expect(await linkChangedUsers(owner)).toBe(3)
        expect(await linked()).toEqual([null, 'b'])
        expect(await linkChangedUsers(owner)).toBe(0) // it waits for some seconds
      })
      await owner.query(`UPDATE user_changes SET due_at = now() WHERE NOT is_repeat`)
      await linkChangedUsers(owner)
      expect(await linked()).toEqual(['a', 'b'])
    }))

  test('access that ends', () =>
    withCommitter(async ({ owner, holding }) => {
      await owner.query(`INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, user_id, status, is_active, gives_premium, access_until, registers)
        SELECT 'sub_' || n, 'cus_' || n, 'user_' || n, 'active', true, true, now() - '1 s'::interval, '{}' FROM generate_series(1, 3) AS n`)
      const active = async () =>
        (await owner.query('SELECT user_id FROM subscriptions WHERE is_active ORDER BY 1')).rows.map(
          (row) => row.user_id,
        )
      await holding(`SELECT FROM users WHERE id = 'user_2' FOR UPDATE`, async () => {
        expect(await endPaidAccess(owner)).toBe(2)
        expect(await active()).toEqual(['user_2'])
        expect(await endPaidAccess(owner)).toBe(0)
      })
      expect(await endPaidAccess(owner)).toBe(1)
      expect(await active()).toEqual([])
    }))

  test('all of them while a whole table is locked, in a bounded time', () =>
    withCommitter(async ({ owner, holding }) => {
      await owner.query(`INSERT INTO users (id) SELECT 'more_' || n FROM generate_series(1, 900) AS n`)
      await holding('LOCK TABLE users', async () => {
        const startedAt = performance.now()
        await linkChangedUsers(owner)
        expect(performance.now() - startedAt).toBeLessThan(60_000) // one by one it is 90 s of waiting alone
        expect((await owner.query('SELECT FROM user_changes WHERE due_at > now()')).rowCount).toBeGreaterThan(900)
      })
    }))
})

const own = (userId: string) => [{ by: 'own' as const, userId }]
