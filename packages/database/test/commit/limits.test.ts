import { expect, test } from '@jest/globals'
import { type Decision, processed } from '@sluice/events'
import { withPostgres } from '@sluice/testing'
import { claim } from '../../src/commit/claim.ts'
import { type Committer, createCommitter } from '../../src/commit/committer.ts'
import { OF_BATCH, OF_ONE } from '../../src/commit/limits.ts'
import { appendRows } from '../../src/inbox/append-rows.ts'
import { connect, type Pool } from '../../src/sql/pool.ts'
import { inTransaction } from '../../src/sql/transaction.ts'
import { received } from '../received.ts'

interface Limited {
  committer: Committer
  pool: Pool
  /** Ids of new events with bodies of so many bytes. */
  append(...bytes: number[]): Promise<string[]>
}

const withLimits = (use: (limited: Limited) => Promise<void>, decide = (): Decision => processed([])) =>
  withPostgres(async ({ roleUrl }) => {
    const pool = connect(roleUrl('sluice_worker'))
    let count = 0
    const event = (bytes: number) => {
      count += 1
      return received(`evt_${String(count).padStart(3, '0')}`, {
        rawBody: Buffer.from(JSON.stringify('x'.repeat(bytes - 2))),
      })
    }
    try {
      await use({
        pool,
        committer: createCommitter(pool, { decide, pastDueIsActive: true, jobWaitSeconds: 0 }),
        append: async (...bytes) => (await appendRows(pool, bytes.map(event))).map(({ id }) => id),
      })
    } finally {
      await pool.end()
    }
  })

const outcomes = (tried: Awaited<ReturnType<Committer['together']>>) =>
  [...(tried ?? [])].map(([, { outcome }]) => outcome)

test('a batch leaves out what is too large, and what would be too much together, without loading it', () =>
  withLimits(async ({ committer, pool, append }) => {
    const ids = await append(10, OF_BATCH.body + 1, ...Array.from({ length: 9 }, () => OF_BATCH.body))
    const rows = await inTransaction(pool, (client) => claim(client, ids, OF_BATCH))
    const loaded = rows.reduce((sum, { raw_body }) => sum + (raw_body?.length ?? 0), 0)
    expect(loaded).toBe(10 + 7 * OF_BATCH.body)

    const [first, second, ...others] = outcomes(await committer.together(ids))
    expect([first, second]).toEqual(['processed', 'large'])
    const done = others.indexOf('full')
    expect(done).toBeGreaterThan(0)
    expect(done).toBeLessThanOrEqual(7) // fewer where a slow machine uses up the time of the handlers
    expect(outcomes(await committer.together(ids.slice(2 + done)))).toContain('processed')
    const large = ids[1] as string
    expect(await committer.alone(large, OF_ONE)).toEqual({ outcome: 'large' })
    expect(await committer.alone(large)).toMatchObject({ outcome: 'processed' })
    expect(outcomes(await committer.together([large]))).toEqual(['settled'])
  }))

test('a batch stops when its handlers have used up their time, and gives the event loop back before', () => {
  const costs: number[] = []
  const decide = () => {
    const startedAt = performance.now()
    while (performance.now() - startedAt < 60);
    costs.push(performance.now() - startedAt)
    return processed([])
  }
  return withLimits(async ({ committer, append }) => {
    const ids = await append(...Array.from({ length: 12 }, () => 10))
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 1)
    const tried = outcomes(await committer.together(ids))
    clearInterval(timer)
    const done = tried.filter((outcome) => outcome === 'processed').length
    expect(done).toBeGreaterThan(0)
    expect(done).toBeLessThanOrEqual(Math.ceil(OF_BATCH.handlersMs / 60))
    expect(tried.slice(done)).toEqual(tried.slice(done).map(() => 'full'))
    expect(costs).toHaveLength(done)
    expect(turns).toBeGreaterThanOrEqual(done - 1)
  }, decide)
})
