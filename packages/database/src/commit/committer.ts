import type { Pool } from 'pg'
import { causeOf } from '../dead-letters/cause.ts'
import { connectionCode } from '../sql/connection-code.ts'
import { kindOf, OutageError, sqlState } from '../sql/error-kind.ts'
import { inTransaction } from '../sql/transaction.ts'
import { type CommitRules, commitEvents } from './commit-events.ts'
import type { Settled } from './outcome.ts'

export interface Committer {
  /**
   * Commits these events in one transaction.
   *
   * @returns undefined when the transaction failed, but not for lack of a connection. All of its events are in
   * quarantine then, to be committed one at a time.
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
}

/** Deadlock and serialization failure. A retry can succeed once the other transaction has ended. */
const TRY_AGAIN = new Set(['40P01', '40001'])
const RETRIES_MAX = 3

const LOCK_IS_HELD = '55P03'

/**
 * When the outcome of a COMMIT is unknown, the same ids can be submitted again: the claim skips events that were
 * committed.
 */
export function createCommitter(pool: Pool, rules: CommitRules): Committer {
  let commits = 0
  /** Events in quarantine, each with the value of `commits` at its latest outage while it was committed alone. */
  const quarantine = new Map<string, number | undefined>()

  async function commit(ids: string[], begun = () => {}): Promise<Map<string, Settled>> {
    for (let retry = 0; ; retry += 1) {
      try {
        const settled = await inTransaction(pool, (client) => {
          begun()
          return commitEvents(client, ids, rules)
        })
        commits += 1
        return settled
      } catch (error) {
        if (!TRY_AGAIN.has(sqlState(error) ?? '') || retry >= RETRIES_MAX) throw error
      }
    }
  }

  async function together(ids: string[]): Promise<Map<string, Settled> | undefined> {
    try {
      return await commit(ids)
    } catch (error) {
      for (const id of ids) quarantine.set(id, undefined)
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
      if (sqlState(error) === LOCK_IS_HELD) return { outcome: 'busy' }
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

  return { together, alone, isQuarantined: (id) => quarantine.has(id) }
}
