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
   * @returns undefined when one of them made it fail: each is in quarantine now, to be committed alone.
   * @throws {OutageError} when there is no connection to Postgres.
   */
  together(ids: string[]): Promise<Map<string, Settled> | undefined>
  /**
   * Commits one event. An error of its own fails it: a bug, a row that Postgres refuses, a statement that is too slow, or
   * one that keeps meeting an outage while others are committed. `busy` where another transaction holds a lock.
   *
   * @throws {OutageError} when Postgres cannot work right now.
   */
  alone(id: string): Promise<Settled>
  /** In quarantine are events that failed together with others and have not been settled since. */
  isQuarantined(id: string): boolean
}

/** A deadlock and a lost race are over as soon as the other transaction is. */
const TRY_AGAIN = new Set(['40P01', '40001'])
const RETRIES_MAX = 3

const LOCK_IS_HELD = '55P03'

/** An unknown outcome of COMMIT needs no care: the claim tells what was committed, so the same ids again are safe. */
export function createCommitter(pool: Pool, rules: CommitRules): Committer {
  let commits = 0
  /** Events in quarantine, with the number of commits when they first met an outage alone. */
  const quarantine = new Map<string, number | undefined>()

  async function commit(ids: string[]): Promise<Map<string, Settled>> {
    for (let retry = 0; ; retry += 1) {
      try {
        const settled = await inTransaction(pool, (client) => commitEvents(client, ids, rules))
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
    try {
      const settled = await commit([id])
      const one = settled.get(id) ?? { outcome: 'missing' }
      if (one.outcome !== 'busy') quarantine.delete(id) // busy: nothing of it was tried
      return one
    } catch (error) {
      if (sqlState(error) === LOCK_IS_HELD) return { outcome: 'busy' }
      if (kindOf(error) !== 'outage' || isItsOwn(error, id, commitsBefore))
        return { outcome: 'failed', ...causeOf(error, 'commit_threw') }
      throw new OutageError('Postgres cannot work', { cause: error })
    }
  }

  /** Postgres is to blame as long as no other event could be committed since. */
  function isItsOwn(error: unknown, id: string, commitsBefore: number): boolean {
    if (connectionCode(error) === 'query_timeout' && commits > commitsBefore) return true
    const commitsThen = quarantine.get(id)
    quarantine.set(id, commits)
    return commitsThen !== undefined && commits > commitsThen
  }

  return { together, alone, isQuarantined: (id) => quarantine.has(id) }
}
