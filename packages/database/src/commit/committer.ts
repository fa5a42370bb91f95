import type { Pool, PoolClient } from 'pg'
import { causeOf } from '../dead-letters/cause.ts'
import { createForgottenFilter } from '../forget/filter.ts'
import { connectionCode } from '../sql/connection-code.ts'
import { kindOf, OutageError, sqlState } from '../sql/error-kind.ts'
import { LOCK_IS_HELD, LOCK_WAIT_MS } from '../sql/locked-rows.ts'
import { statementLimitOf } from '../sql/pool.ts'
import { inTransaction, TooSlowError } from '../sql/transaction.ts'
import { commitEvents } from './commit-events.ts'
import { type Limits, OF_BATCH } from './limits.ts'
import { createHeldLocks, type LockWait } from './locks/held-locks.ts'
import { LockedStageError } from './locks/stages.ts'
import type { Tried } from './outcome.ts'
import { fillTouched, REVISIONS_AT_ONCE, reviseEvents } from './revise/index.ts'
import type { CommitRules } from './rules.ts'

export interface Committer {
  /**
   * Commits these events in one transaction, within the limits of a batch. Events that need a lock of another session are `busy`, and the others are
   * committed without them.
   *
   * @returns undefined when the transaction failed or was too slow, but not for lack of a connection. All of its events are in
   * quarantine then, to be committed one at a time. An event without a result is in quarantine too: nobody knows yet
   * whether it is the one that needs a lock.
   * @throws {OutageError} when there is no connection to Postgres.
   */
  together(ids: string[]): Promise<Map<string, Tried> | undefined>
  /**
   * Commits one event. The outcome is `failed` when the event causes the error: a bug, a row that Postgres rejects, a
   * transaction that is too slow, or repeated outages while other events are committed. It is `busy` when another
   * transaction holds a lock.
   *
   * @param limits default: none, so that its body may have any size.
   * @throws {OutageError} when Postgres cannot work right now.
   */
  alone(id: string, limits?: Limits): Promise<Tried>
  /**
   * Revises an event that a replay has opened, with others that wait for it, in one transaction: withdraws what they
   * said before, and merges what they say now. If the transaction fails, revises this event alone, as `alone` does.
   *
   * @returns the outcomes of all events that it revised
   * @throws {OutageError} when Postgres cannot work right now.
   */
  revise(id: string): Promise<Map<string, Tried>>
  /** Whether the event was part of a failed batch and has not been settled since. */
  isQuarantined(id: string): boolean
  /** The lock of another session that is known to keep this event waiting. */
  lockOf(id: string): LockWait | undefined
}

/** A lock, or a deadlock that a retry did not end. */
const IS_HELD = new Set([LOCK_IS_HELD, '40P01'])

/** Deadlock and serialization failure. A retry can succeed once the other transaction has ended. */
const TRY_AGAIN = new Set(['40P01', '40001'])
const RETRIES_MAX = 3

/** The longest of the waits for a lock that a slow machine makes longer. */
const LOCK_WAIT_MS_MAX = 1_000

/** Further locks that a batch meets one after another are left to later batches. */
const LOCKS_MAX = 8

/** Canceled because of `statement_timeout`, and closed because of `idle_in_transaction_session_timeout`. */
const TOOK_TOO_LONG = new Set(['57014', '25P03'])

/**
 * A batch that takes longer than this is split up, so that its other events need not wait for a slow one. In
 * milliseconds; at most half of what one event may take.
 */
const BATCH_MS_MAX = 5_000

/** Consecutive timeouts without any answer, after which an event that is committed alone is to blame. */
const TIMEOUTS_MAX = 2

interface Quarantined {
  /** Number of commits at its latest outage while it was committed alone. */
  commits: number
  /** Number of times that Postgres did not answer in time. */
  timeouts: number
}

/**
 * When the outcome of a COMMIT is unknown, the same ids can be submitted again: the claim skips events that were
 * committed.
 */
export function createCommitter(pool: Pool, rules: CommitRules): Committer {
  const locks = createHeldLocks(pool)
  const forgotten = createForgottenFilter()
  const aloneMs = statementLimitOf(pool) ?? 24_000
  const batchMs = Math.min(BATCH_MS_MAX, Math.round(aloneMs / 2))
  let commits = 0
  /** A batch must wait for the locks of the one beside it, so it waits longer where batches take longer. */
  let usualMs = 0
  const lockWaitMs = () => Math.round(Math.min(LOCK_WAIT_MS_MAX, Math.max(LOCK_WAIT_MS, usualMs * 1.5)))
  /** Undefined until it meets an outage. */
  const quarantine = new Map<string, Quarantined | undefined>()

  /** The events that are known to wait for a lock, whatever their facts are. */
  function busyOf(ids: string[]): Map<string, Tried> {
    const busy = new Map<string, Tried>()
    for (const id of ids) {
      const lock = locks.lockFor({ row: { id }, facts: [] })
      if (lock) busy.set(id, { outcome: 'busy', lock })
    }
    return busy
  }

  /** @throws {LockedStageError} if it meets a lock, and it is not known which of the events need it */
  async function commit(ids: string[], limitMs: number, limits: Limits | undefined, begun = () => {}) {
    for (let [retries, found] = [0, 0]; ; ) {
      const busy = busyOf(ids)
      const free = ids.filter((id) => !busy.has(id))
      if (free.length === 0) return busy
      const startedAt = performance.now()
      try {
        const work = (client: PoolClient) => {
          begun()
          return commitEvents(client, free, { rules, locks, forgotten, limits })
        }
        const tried = await inTransaction(pool, work, lockWaitMs(), limitMs)
        commits += 1
        usualMs += (performance.now() - startedAt - usualMs) / 8
        return new Map([...tried, ...busy])
      } catch (error) {
        if (error instanceof LockedStageError) {
          if (found < LOCKS_MAX && (await locks.find(error))) found += 1
          else throw error
        } else if (TRY_AGAIN.has(sqlState(error) ?? '') && retries < RETRIES_MAX) retries += 1
        else throw error
      }
    }
  }

  async function together(ids: string[]): Promise<Map<string, Tried> | undefined> {
    try {
      return await commit(ids, batchMs, OF_BATCH)
    } catch (error) {
      const failed = error instanceof LockedStageError ? error.concerned.map(({ row }) => row.id) : ids
      for (const id of failed) quarantine.set(id, undefined)
      if (failed.length > 0 && failed.length < ids.length) return together(ids.filter((id) => !failed.includes(id)))
      if (connectionCode(error) === undefined) return undefined
      throw new OutageError('Postgres does not answer', { cause: error })
    }
  }

  const alone = (id: string, limits?: Limits): Promise<Tried> =>
    judged(id, (begun) => commit([id], aloneMs, limits, begun))

  async function revise(id: string): Promise<Map<string, Tried>> {
    try {
      for (let filled = 1; filled > 0; ) filled = await fillTouched(pool, rules)
      return await reviseBeside(id, REVISIONS_AT_ONCE)
    } catch {
      return new Map([[id, await judged(id, (begun) => reviseBeside(id, 1, begun))]])
    }
  }

  async function reviseBeside(id: string, count: number, begun = () => {}): Promise<Map<string, Tried>> {
    for (let retries = 0; ; ) {
      try {
        const work = (client: PoolClient) => {
          begun()
          return reviseEvents(client, id, count, rules, forgotten)
        }
        const tried = await inTransaction(pool, work, LOCK_WAIT_MS_MAX, aloneMs)
        commits += 1
        return tried
      } catch (error) {
        if (!TRY_AGAIN.has(sqlState(error) ?? '') || retries >= RETRIES_MAX) throw error
        retries += 1
      }
    }
  }

  /** Runs the transaction of one event, and decides whether an error of it is the event's own. */
  async function judged(id: string, run: (begun: () => void) => Promise<Map<string, Tried>>): Promise<Tried> {
    const commitsBefore = commits
    let hasBegun = false
    try {
      const tried = await run(() => {
        hasBegun = true
      })
      const one = tried.get(id) ?? { outcome: 'missing' }
      if (!UNTRIED.has(one.outcome)) quarantine.delete(id)
      return one
    } catch (error) {
      if (IS_HELD.has(sqlState(error) ?? '')) return busyOf([id]).get(id) ?? { outcome: 'busy' }
      if (TOOK_TOO_LONG.has(sqlState(error) ?? '')) return failed(new TooSlowError(aloneMs))
      if (kindOf(error) !== 'outage') return failed(error)
      if (!hasBegun || !isItsOwn(error, id, commitsBefore))
        throw new OutageError('Postgres cannot work', { cause: error })
      return failed(isTimeout(error) ? new TooSlowError(aloneMs) : error)
    }
  }

  /**
   * An outage is the event's own fault only if other events have been committed since its previous one, or if it timed
   * out before and Postgres has answered since. Must be called only if the transaction began: until then Postgres has
   * seen nothing of the event.
   */
  function isItsOwn(error: unknown, id: string, commitsBefore: number): boolean {
    const earlier = quarantine.get(id)
    const timeouts = (earlier?.timeouts ?? 0) + (isTimeout(error) ? 1 : 0)
    quarantine.set(id, { commits, timeouts })
    if (isTimeout(error) && (commits > commitsBefore || timeouts >= TIMEOUTS_MAX)) return true
    return earlier !== undefined && commits > earlier.commits
  }

  return { together, alone, revise, isQuarantined: (id) => quarantine.has(id), lockOf: locks.lockOf }
}

const UNTRIED = new Set<Tried['outcome']>(['busy', 'large', 'full', 'revision'])

const isTimeout = (error: unknown): boolean => connectionCode(error) === 'query_timeout'

const failed = (error: unknown): Tried => ({ outcome: 'failed', ...causeOf(error, 'commit_threw') })
