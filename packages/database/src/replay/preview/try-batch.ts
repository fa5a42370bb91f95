import type { PoolClient } from 'pg'
import type { Recorded } from '../../commit/claim.ts'
import { applyEvents, type CommitRules } from '../../commit/commit-events.ts'
import type { Applied } from '../../commit/outcome.ts'
import { kindOf, sqlState } from '../../sql/failure.ts'
import { addAll, type Journal, keepJournal } from '../../sql/journal.ts'

/** An event as the inbox has it. */
export type Stored = Recorded & { error: string | null }

export type Outcome = Applied | { outcome: 'failed'; code: string; message: string }

interface Tried {
  /** What became of each event, by id of its row. */
  outcomes: Map<string, Outcome>
  /** Empty when nothing was changed. */
  journal: Journal
}

const CONFLICT_RETRIES = 6
const BUSY = 'Somebody else works on rows of these events. Try again.'
const UNDO = 'ROLLBACK TO batch; RELEASE batch'

/** As a commit does it: a batch that Postgres refuses is taken apart, so that the bad event fails alone. */
export async function tryBatch(client: PoolClient, rows: Stored[], rules: CommitRules): Promise<Tried> {
  try {
    return await tryTogether(client, rows, rules)
  } catch (error) {
    if (kindOf(error) !== 'data') throw error
    if (rows.length > 1) return tryApart(client, rows, rules)
    const refused = { code: `database_${sqlState(error)}`, message: 'Postgres refused its rows' }
    return { outcomes: new Map(rows.map(({ id }) => [id, { outcome: 'failed', ...refused }])), journal: new Map() }
  }
}

async function tryApart(client: PoolClient, rows: Stored[], rules: CommitRules): Promise<Tried> {
  const all: Tried = { outcomes: new Map(), journal: new Map() }
  for (const row of rows) {
    const { outcomes, journal } = await tryBatch(client, [row], rules)
    for (const [id, outcome] of outcomes) all.outcomes.set(id, outcome)
    addAll(all.journal, journal)
  }
  return all
}

async function tryTogether(client: PoolClient, rows: Stored[], rules: CommitRules): Promise<Tried> {
  for (let retry = 0; ; retry += 1) {
    await client.query('SAVEPOINT batch')
    try {
      const journal = keepJournal(client)
      const outcomes = await applyEvents(client, rows, rules)
      await client.query(journal.size > 0 ? 'RELEASE batch' : UNDO)
      return { outcomes, journal }
    } catch (error) {
      if (sqlState(error) === undefined) throw error
      await client.query(UNDO)
      if (kindOf(error) !== 'conflict') throw error
      if (retry >= CONFLICT_RETRIES) throw new Error(BUSY, { cause: error })
    }
  }
}
