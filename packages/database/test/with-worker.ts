import { type Effect, type Fact, type Handler, processed } from '@sluice/events'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { type Commit, createCommit, type Settled } from '../src/commit/index.ts'
import { appendRows } from '../src/inbox/append-rows.ts'
import type { MergeRules } from '../src/merges/index.ts'
import { fillTouched } from '../src/replay/index.ts'
import { connect } from '../src/sql/pool.ts'
import { received } from './received.ts'

/** The decision of a test's event. */
export interface Contents {
  facts?: Fact[]
  effects?: Effect[]
  /** Whether it tells of the past. */
  silent?: boolean
}

export interface TestWorker {
  /** Connections of the worker's role. */
  pool: Pool
  /** Connections of the owner. */
  owner: Pool
  /** Completes events that an older version processed. */
  fillTouched(): Promise<number>
  /** Rows of a query that the owner runs, who may do anything. */
  query<T = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>
  /** Appends an event, and returns the id of its row. Nothing is committed yet. */
  append(contents: Contents): Promise<string>
  /** Mends the handlers: this event says something else from now on. */
  say(eventId: string, contents: Contents): void
  /** The handlers. */
  decide: Handler
  /** Commits events in one transaction. */
  commit: Commit
  /** Appends an event and commits it. */
  handle(contents: Contents): Promise<Settled | undefined>
}

/** A committer whose events say what the test wants them to. */
export const withWorker = (use: (worker: TestWorker) => Promise<void>, rules: Partial<MergeRules> = {}) =>
  withPostgres(async ({ url, roleUrl }) => {
    const owner = connect(url, { max: 3 })
    const pool = connect(roleUrl('sluice_worker'))
    const contentsOf = new Map<string, Contents>()
    const decide: Handler = ({ eventId }) =>
      processed(contentsOf.get(eventId)?.facts ?? [], contentsOf.get(eventId)?.effects)
    const commit = createCommit(pool, {
      decide,
      pastDueIsActive: true,
      ...rules,
      jobWaitSeconds: 0,
    })
    const append: TestWorker['append'] = async (contents) => {
      const eventId = `evt_${contentsOf.size}`
      contentsOf.set(eventId, contents)
      const [row] = await appendRows(pool, [received(eventId)], contents.silent)
      return row?.id ?? ''
    }
    try {
      await use({
        pool,
        owner,
        fillTouched: () => fillTouched(owner, { decide }),
        query: async (text, values) => (await owner.query(text, values)).rows,
        append,
        say: (eventId, contents) => contentsOf.set(eventId, contents),
        decide,
        commit,
        handle: async (contents) => {
          const id = await append(contents)
          return (await commit([id])).get(id)
        },
      })
    } finally {
      await Promise.all([owner.end(), pool.end()])
    }
  })
