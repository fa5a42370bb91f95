import type { Pool } from 'pg'
import { kindOf, OutageError, sqlState } from '../sql/failure.ts'
import { inTransaction } from '../sql/transaction.ts'
import { type CommitRules, commitEvents } from './commit-events.ts'
import type { Settled } from './outcome.ts'

const CONFLICT_RETRIES = 3

export type Commit = (ids: string[]) => Promise<Map<string, Settled>>

/**
 * Commits a batch. A conflict is tried again; an outage is thrown; with anything else the batch is taken apart, so
 * that the bad event fails alone, and is committed alone from then on.
 *
 * @throws {OutageError} when the database cannot work right now. Nothing was decided then, or it was and was committed
 * before: the same ids again are safe.
 */
export function createCommit(pool: Pool, rules: CommitRules): Commit {
  let commits = 0
  /** Ids that failed a batch, with the number of commits there had been by then. */
  const alone = new Map<string, number>()

  async function attempt(ids: string[]): Promise<Map<string, Settled>> {
    for (let retry = 0; ; retry += 1) {
      try {
        const settled = await inTransaction(pool, (client) => commitEvents(client, ids, rules))
        commits += 1
        return settled
      } catch (error) {
        if (sqlState(error) === undefined) throw new OutageError('Postgres does not answer', { cause: error })
        if (kindOf(error) !== 'conflict' || retry >= CONFLICT_RETRIES) throw error
      }
    }
  }

  async function commitAlone(id: string): Promise<Settled> {
    try {
      const settled = (await attempt([id])).get(id) ?? { outcome: 'missing' }
      alone.delete(id)
      return settled
    } catch (error) {
      if (error instanceof OutageError) throw error
      const code = sqlState(error)
      const before = alone.get(id)
      alone.set(id, before ?? commits)
      // The database is to blame as long as nobody else could commit since.
      const isItsOwn = kindOf(error) !== 'outage' || (before !== undefined && commits > before)
      if (!isItsOwn) throw new OutageError(`Postgres cannot work: ${code}`, { cause: error })
      const message = `Postgres refused its rows: ${code}`
      return { outcome: 'failed', event: await idsOf(pool, id), code: `database_${code}`, message }
    }
  }

  return async (ids) => {
    const together = ids.filter((id) => !alone.has(id))
    const settled = new Map<string, Settled>()
    const apart = ids.filter((id) => alone.has(id))
    if (together.length > 1) {
      try {
        for (const [id, one] of await attempt(together)) settled.set(id, one)
      } catch (error) {
        if (error instanceof OutageError) throw error
        apart.push(...together)
      }
    } else apart.push(...together)
    for (const id of apart) settled.set(id, await commitAlone(id))
    return settled
  }
}

async function idsOf(pool: Pool, id: string) {
  const { rows } = await pool.query<{ provider: string; event_id: string; type: string; received_at: Date }>(
    'SELECT provider, event_id, type, received_at FROM webhook_events WHERE id = $1',
    [id],
  )
  const [row] = rows
  if (!row) throw new OutageError(`row ${id} of the inbox is gone`)
  const payments = { succeeded: 0, failed: 0 }
  return { provider: row.provider, eventId: row.event_id, type: row.type, receivedAt: row.received_at, payments }
}
