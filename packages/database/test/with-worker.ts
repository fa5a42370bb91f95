import { type Effect, type Fact, processed } from '@sluice/events'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { type Commit, createCommit, type Settled } from '../src/commit/index.ts'
import { appendRows } from '../src/inbox/append-rows.ts'
import { connect } from '../src/sql/pool.ts'
import { received } from './received.ts'

export interface Told {
  facts?: Fact[]
  effects?: Effect[]
}

export interface TestWorker {
  /** As the worker's role. */
  pool: Pool
  /** Rows of a query as the owner, who may do anything. */
  query<T = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>
  /** Appends an event that tells this, and returns its row's id: nothing is committed yet. */
  append(told: Told): Promise<string>
  /** Commits events in one transaction. */
  commit: Commit
  /** Appends and commits an event that tells this. */
  tell(told: Told): Promise<Settled | undefined>
}

/** A committer whose events say what the test wants them to. */
export const withWorker = (use: (worker: TestWorker) => Promise<void>) =>
  withPostgres(async ({ url, roleUrl }) => {
    const owner = connect(url, { max: 2 })
    const pool = connect(roleUrl('sluice_worker'))
    const toldBy = new Map<string, Told>()
    const commit = createCommit(pool, {
      decide: ({ eventId }) => processed(toldBy.get(eventId)?.facts ?? [], toldBy.get(eventId)?.effects),
      pastDueIsActive: true,
      jobWaitSeconds: 0,
    })
    const append: TestWorker['append'] = async (told) => {
      const eventId = `evt_${toldBy.size}`
      toldBy.set(eventId, told)
      const [row] = await appendRows(pool, [received(eventId)])
      return row?.id ?? ''
    }
    try {
      await use({
        pool,
        query: async (text, values) => (await owner.query(text, values)).rows,
        append,
        commit,
        tell: async (told) => {
          const id = await append(told)
          return (await commit([id])).get(id)
        },
      })
    } finally {
      await Promise.all([owner.end(), pool.end()])
    }
  })
