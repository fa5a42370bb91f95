import type { Pool, PoolClient } from 'pg'
import { causeOf } from '../dead-letters/cause.ts'
import { connectionCode } from '../sql/connection-code.ts'
import { kindOf, OutageError, sqlState } from '../sql/error-kind.ts'
import { LOCK_IS_HELD, LOCK_WAIT_MS } from '../sql/locked-rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { type CommitRules, commitEvents } from './commit-events.ts'
import { createHeldLocks, type LockWait } from './locks/held-locks.ts'
import { LockedStageError } from './locks/stages.ts'
import type { Settled } from './outcome.ts'

export interface Committer {
  /**
   * Commits these events in one transaction. Events that need a lock of another session are `busy`, and the others are
   * committed without them.
   *
   * @returns undefined when the transaction failed, but not for lack of a connection. All of its events are in
   * quarantine then, to be committed one at a time. An event without a result is in quarantine too: nobody knows yet
   * whether it is the one that needs a lock.
   * @throws {OutageError} when there is no connection to Postgres.
   */
  together(ids: string[]): Promise<Map<string, Settled> | undefined>
  /**
   * Commits one event. The outcome is `failed` when the event causes the error: a bug, a row that Postgres rejects, a
   * statement that times out, or repeated outages while other events are committed. It is `busy` when another
   * transaction holds a lock.
   *
   * @throws {OutageError} when Postgres cannot work right now.
   */
  alone(id: string): Promise<Settled>
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

/** Further locks that a batch meets one after another are left to later batches. */
const LOCKS_MAX = 8

/**
 * When the outcome of a COMMIT is unknown, the same ids can be submitted again: the claim skips events that were
 * committed.
 */
export function createCommitter(pool: Pool, rules: CommitRules): Committer {
  const locks = createHeldLocks(pool)
  let commits = 0
  /** Events in quarantine, each with the value of `commits` at its latest outage while it was committed alone. */
  const quarantine = new Map<string, number | undefined>()

  /** The events that are known to wait for a lock, whatever their facts are. */
  function busyOf(ids: string[]): Map<string, Settled> {
    const busy = new Map<string, Settled>()
    for (const id of ids) {
      const lock = locks.lockFor({ row: { id }, facts: [] })
      if (lock) busy.set(id, { outcome: 'busy', lock })
    }
    return busy
  }

  /** @throws {LockedStageError} if it meets a lock, and it is not known which of the events need it */
  async function commit(ids: string[], begun = () => {}): Promise<Map<string, Settled>> {
    for (let [retries, found] = [0, 0]; ; ) {
      const busy = busyOf(ids)
      const free = ids.filter((id) => !busy.has(id))
      if (free.length === 0) return busy
      try {
        const work = (client: PoolClient) => {
          begun()
          return commitEvents(client, free, rules, locks)
        }
        const settled = await inTransaction(pool, work, LOCK_WAIT_MS)
        commits += 1
        return new Map([...settled, ...busy])
      } catch (error) {
        if (error instanceof LockedStageError) {
          if (found < LOCKS_MAX && (await locks.find(error))) found += 1
          else throw error
        } else if (TRY_AGAIN.has(sqlState(error) ?? '') && retries < RETRIES_MAX) retries += 1
        else throw error
      }
    }
  }

  async function together(ids: string[]): Promise<Map<string, Settled> | undefined> {
    try {
      return await commit(ids)
    } catch (error) {
      const failed = error instanceof LockedStageError ? error.concerned.map(({ row }) => row.id) : ids
      for (const id of failed) quarantine.set(id, undefined)
      if (failed.length > 0 && failed.length < ids.length) return together(ids.filter((id) => !failed.includes(id)))
      if (connectionCode(error) === undefined) return undefined
      throw new OutageError('Postgres does not answer', { cause: error })
    }
  }

  async function alone(id: string): Promise<Settled> {
    const commitsBefore = commits
    let hasBegun = false
    try {
      const settled = await commit([id], () => {
        hasBegun = true
      })
      const one = settled.get(id) ?? { outcome: 'missing' }
      if (one.outcome !== 'busy') quarantine.delete(id) // a busy event was not tried
      return one
    } catch (error) {
      if (IS_HELD.has(sqlState(error) ?? '')) return busyOf([id]).get(id) ?? { outcome: 'busy' }
      if (kindOf(error) !== 'outage' || (hasBegun && isItsOwn(error, id, commitsBefore)))
        return { outcome: 'failed', ...causeOf(error, 'commit_threw') }
      throw new OutageError('Postgres cannot work', { cause: error })
    }
  }

  /**
   * An outage is the event's own fault only if other events have been committed since its previous one. Must be called
   * only if the transaction began: until then Postgres has seen nothing of the event.
   */
  function isItsOwn(error: unknown, id: string, commitsBefore: number): boolean {
    if (connectionCode(error) === 'query_timeout' && commits > commitsBefore) return true
    const commitsThen = quarantine.get(id)
    quarantine.set(id, commits)
    return commitsThen !== undefined && commits > commitsThen
  }

  return { together, alone, isQuarantined: (id) => quarantine.has(id), lockOf: locks.lockOf }
}
