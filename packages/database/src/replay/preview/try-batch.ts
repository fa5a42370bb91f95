import type { PoolClient } from 'pg'
import { z } from 'zod'
import { Recorded } from '../../commit/claim.ts'
import { applyEvents, type CommitRules } from '../../commit/commit-events.ts'
import type { Applied } from '../../commit/outcome.ts'
import { causeOf } from '../../dead-letters/cause.ts'
import { connectionCode } from '../../sql/connection-code.ts'
import { kindOf } from '../../sql/error-kind.ts'
import { addAll, type Journal, keepJournal } from '../../sql/journal.ts'

/** An event as the inbox has it. */
export const StoredEvent = Recorded.extend({ error: z.string().nullable() })

export type StoredEvent = z.infer<typeof StoredEvent>

interface Tried {
  /** The outcome of each event, by the id of its row. */
  outcomes: Map<string, Applied>
  /** Empty when nothing was changed. */
  journal: Journal
}

const CONFLICT_RETRIES = 6
const BUSY = 'Workers have locked rows of these events. Try again.'
const UNDO = 'ROLLBACK TO batch; RELEASE batch'

/**
 * Applies a batch as a commit does: if the batch fails, its events are applied one by one, so that only the faulty one
 * fails.
 */
export async function tryBatch(client: PoolClient, rows: StoredEvent[], rules: CommitRules): Promise<Tried> {
  try {
    return await tryTogether(client, rows, rules)
  } catch (error) {
    const kind = kindOf(error)
    if (kind === 'conflict') throw new Error(BUSY, { cause: error })
    if (kind === 'outage') throw error
    if (rows.length > 1) return tryApart(client, rows, rules)
    const failed = { outcome: 'failed', ...causeOf(error, 'commit_threw') } as const
    return { outcomes: new Map(rows.map(({ id }) => [id, failed])), journal: new Map() }
  }
}

async function tryApart(client: PoolClient, rows: StoredEvent[], rules: CommitRules): Promise<Tried> {
  const all: Tried = { outcomes: new Map(), journal: new Map() }
  for (const row of rows) {
    const { outcomes, journal } = await tryBatch(client, [row], rules)
    for (const [id, outcome] of outcomes) all.outcomes.set(id, outcome)
    addAll(all.journal, journal)
  }
  return all
}

async function tryTogether(client: PoolClient, rows: StoredEvent[], rules: CommitRules): Promise<Tried> {
  for (let retry = 0; ; retry += 1) {
    await client.query('SAVEPOINT batch')
    try {
      const journal = keepJournal(client)
      const outcomes = await applyEvents(client, rows, rules)
      await client.query(journal.size > 0 ? 'RELEASE batch' : UNDO)
      return { outcomes, journal }
    } catch (error) {
      if (connectionCode(error) !== undefined) throw error
      await client.query(UNDO)
      if (kindOf(error) !== 'conflict' || retry >= CONFLICT_RETRIES) throw error
    }
  }
}
