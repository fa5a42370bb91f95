import type { Pool, PoolClient } from 'pg'
import type { CommitRules } from '../../commit/commit-events.ts'
import type { Applied } from '../../commit/outcome.ts'
import { addAll, type Journal } from '../../sql/journal.ts'
import { queryRows } from '../../sql/rows.ts'
import { type ChangedRow, changedRows, compareRow } from './changed-rows.ts'
import { inRolledBackTransaction } from './in-rolled-back-transaction.ts'
import { StoredEvent, tryBatch } from './try-batch.ts'

export type { ChangedColumn, ChangedRow } from './changed-rows.ts'

/** The changes that a replay would make. */
export interface Preview {
  /** Rows that would be inserted or changed, including events and new effects. */
  rows: ChangedRow[]
  /** Events that would fail and become dead letters. */
  failures: { eventId: string; type: string; cause: string }[]
}

export interface PreviewSteps {
  /** Called after each step with the number of events that it previewed. */
  advance?(events: number): void
  /** Maximum time that changed rows stay locked, in milliseconds; default: 15 s. */
  heldMaxMs?: number
}

export type PreviewRules = Pick<CommitRules, 'decide' | 'pastDueIsActive' | 'premiumPrices' | 'accounts' | 'liveOnly'>

const BATCH_SIZE = 64

/** Shorter than the 20 s, four waits of five seconds, after which a blocked worker's event uses an attempt. */
const HELD_MAX_MS = 15_000
const TOO_MUCH = 'So much would change that workers would wait too long. Preview fewer events at a time.'

/**
 * Finds the changes that a replay of these inbox rows would make: it applies them with the code of a commit, in one
 * transaction that is rolled back. Only sequence values are used up.
 *
 * Workers that need the same rows wait meanwhile. A batch without changes unlocks its rows at once. A batch with
 * changes keeps them locked, so that the next batch sees the changes, but not longer than workers can wait.
 *
 * @param pool has at least two connections, because changed rows are compared with their committed state
 * @throws when rows cannot be locked, or would stay locked too long
 */
export async function previewReplay(
  pool: Pool,
  ids: string[],
  rules: PreviewRules,
  { advance = () => {}, heldMaxMs = HELD_MAX_MS }: PreviewSteps = {},
): Promise<Preview> {
  const preview: Preview = { rows: [], failures: [] }
  const journal: Journal = new Map()
  await inRolledBackTransaction(pool, async (client) => {
    let heldSince = Number.POSITIVE_INFINITY
    for (let start = 0; start < ids.length; start += BATCH_SIZE) {
      const rows = await load(client, ids.slice(start, start + BATCH_SIZE))
      const tried = await tryBatch(client, rows, { ...rules, jobWaitSeconds: 0 })
      for (const row of rows) report(row, tried.outcomes.get(row.id), preview)
      addAll(journal, tried.journal)
      if (journal.size > 0) heldSince = Math.min(heldSince, Date.now())
      if (Date.now() - heldSince > heldMaxMs) throw new Error(TOO_MUCH)
      advance(rows.length)
    }
    preview.rows.push(...(await changedRows(pool, client, journal)))
  })
  return preview
}

async function load(client: PoolClient, ids: string[]): Promise<StoredEvent[]> {
  return queryRows(
    client,
    StoredEvent,
    `SELECT id, provider, event_id, type, account, livemode, api_version, occurred_at, received_at, status, error, silent, raw_body
      FROM webhook_events WHERE id = ANY ($1) ORDER BY id`,
    [ids],
  )
}

function report(
  { event_id: eventId, type, status, error }: StoredEvent,
  outcome: Applied | undefined,
  preview: Preview,
): void {
  if (outcome === undefined) return
  if (outcome.outcome === 'failed') {
    preview.failures.push({ eventId, type, cause: `${outcome.code}: ${outcome.message}` })
    return
  }
  const reason = outcome.outcome === 'processed' ? null : outcome.reason
  const after = { status: reason === null ? 'processed' : 'ignored', error: reason }
  const changed = compareRow('webhook_events', eventId, { status, error }, after)
  if (changed) preview.rows.push(changed)
}
