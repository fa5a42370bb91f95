import { describe, expect, test } from '@jest/globals'
import { createInbox } from '@sluice/database/append'
import { createBatcher, createCommitter } from '@sluice/database/commit'
import { connect } from '@sluice/database/pool'
import { decide } from '@sluice/handlers'
import { providers } from '@sluice/providers'
import { type SentEvent, type Step, subscriptionLifecycle } from '@sluice/simulator'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { eachAtOnce } from './support/stack.ts'

/** Guarantees that the order of events, and their repetition, cannot matter: one final state for all of them. */
describe('a subscription ends in the same state in every order of its events', () => {
  test.each<{ lifecycle: Step[]; status: string; role: string; payments: number }>([
    { lifecycle: ['created', 'activated', 'paid', 'yearly', 'deleted'], status: 'canceled', role: 'FREE', payments: 1 },
    {
      lifecycle: ['created', 'paid', 'payment_failed', 'past_due', 'paid'],
      status: 'active',
      role: 'PREMIUM',
      payments: 2,
    },
    {
      lifecycle: ['created', 'activated', 'paid', 'payment_failed', 'paid'],
      status: 'active',
      role: 'PREMIUM',
      payments: 2,
    },
    { lifecycle: ['created', 'payment_failed', 'expired'], status: 'incomplete_expired', role: 'FREE', payments: 0 },
    { lifecycle: ['created', 'payment_failed'], status: 'incomplete', role: 'FREE', payments: 0 },
  ])('$lifecycle', ({ lifecycle, status, role, payments }) =>
    withPostgres(async ({ url, roleUrl }) => {
      const owner = connect(url)
      const worker = connect(roleUrl('sluice_worker'))
      try {
        const orders = permutations(lifecycle.length)
        await eachAtOnce(orders, 8, async (order, index) => {
          await host(owner, `user_${index}`)
          const events = subscriptionLifecycle({ seed: index, steps: lifecycle, userId: `user_${index}` })
          const arrived = order.map((step) => events[step] as SentEvent)
          await commitAll(worker, [...arrived, ...arrived.toReversed()])
        })

        const { rows } = await owner.query(`SELECT DISTINCT s.status, s.is_active, s.billing_period, u.role,
          (SELECT count(*)::int FROM payments p WHERE p.user_id = u.id AND p.status = 'succeeded') AS payments,
          (SELECT count(*)::int FROM ledger_entries l JOIN payments p USING (payment_id) WHERE p.user_id = u.id) AS entries
          FROM users u JOIN subscriptions s ON s.user_id = u.id`)
        const { rows: users } = await owner.query('SELECT count(*)::int AS count FROM subscriptions')
        expect(users).toEqual([{ count: orders.length }])
        const period = lifecycle.includes('yearly') ? 'yearly' : 'monthly'
        expect(rows).toEqual([
          { status, is_active: role === 'PREMIUM', billing_period: period, role, payments, entries: payments * 3 },
        ])
      } finally {
        await Promise.all([owner.end(), worker.end()])
      }
    }),
  )
})

/** Guarantees that no moment leaves a user PREMIUM with nothing that is active. */
test('a user is FREE after two workers cancel both of their subscriptions at the same moment', () =>
  withPostgres(async ({ url, roleUrl }) => {
    const owner = connect(url)
    const workers = [connect(roleUrl('sluice_worker')), connect(roleUrl('sluice_worker'))]
    try {
      for (let round = 0; round < 25; round += 1) {
        const userId = `user_${round}`
        await host(owner, userId)
        const lifecycles = ['a', 'b'].map((half) =>
          subscriptionLifecycle({ seed: `${round}${half}`, steps: ['created', 'activated', 'deleted'], userId }),
        )
        for (const [created, activated] of lifecycles)
          await commitAll(owner, [created as SentEvent, activated as SentEvent])
        expect(await roleOf(owner, userId)).toBe('PREMIUM')

        await Promise.all(
          lifecycles.map((lifecycle, index) => commitAll(workers[index] as Pool, [lifecycle[2] as SentEvent])),
        )

        expect(await roleOf(owner, userId)).toBe('FREE')
      }
    } finally {
      await Promise.all([owner, ...workers].map((pool) => pool.end()))
    }
  }))

/** Records and commits the events one after the other, as deliveries that come one by one. */
async function commitAll(pool: Pool, events: SentEvent[]): Promise<void> {
  const inbox = createInbox(pool)
  const batcher = createBatcher(createCommitter(pool, { decide, pastDueIsActive: true, jobWaitSeconds: 0 }))
  for (const event of events) {
    const { id, duplicate } = await inbox.append(verified(event))
    if (!duplicate) expect(await batcher.submit(id)).toMatchObject({ outcome: 'processed' })
  }
}

function verified({ provider: name, body }: SentEvent) {
  const provider = providers.find((one) => one.name === name)
  if (!provider) throw new Error(name)
  const secret = 'whsec_c2VjcmV0IG9mIHRoZSBvcmRlcnMgdGVzdA=='
  const headers = provider.sign(body, secret)
  return provider.verify({ headers, body: Buffer.from(body) }, [secret], { toleranceSeconds: 300 })
}

const host = (pool: Pool, userId: string) => pool.query('INSERT INTO users (id) VALUES ($1)', [userId])

const roleOf = async (pool: Pool, userId: string): Promise<string> =>
  (await pool.query<{ role: string }>('SELECT role FROM users WHERE id = $1', [userId])).rows[0]?.role ?? 'none'

function permutations(length: number): number[][] {
  if (length === 0) return [[]]
  return permutations(length - 1).flatMap((shorter) =>
    Array.from({ length }, (_, at) => [...shorter.slice(0, at), length - 1, ...shorter.slice(at)]),
  )
}
