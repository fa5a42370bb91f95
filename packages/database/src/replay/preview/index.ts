import type { Pool, PoolClient } from 'pg'
import type { CommitRules } from '../../commit/commit-events.ts'
import type { Applied } from '../../commit/outcome.ts'
import { addAll, type Journal } from '../../sql/journal.ts'
import { type ChangedRow, changedRows, compareRow } from './changed-rows.ts'
import { inVain } from './in-vain.ts'
import { type Stored, tryBatch } from './try-batch.ts'

export type { ChangedColumn, ChangedRow } from './changed-rows.ts'

/** What a replay would do. */
export interface Preview {
  /** Rows that would be made or changed, those of the events and of new effects included. */
  rows: ChangedRow[]
  /** Events that would fail, and in the end be dead letters. */
  failures: { eventId: string; type: string; cause: string }[]
}

export interface PreviewSteps {
  /** Is told after each step how many more events were looked at. */
  advance?(events: number): void
  /** How long rows that would change are kept from workers at most, in milliseconds. */
  heldMaxMs?: number
}

export type PreviewRules = Pick<CommitRules, 'decide' | 'pastDueIsActive'>

const BATCH_SIZE = 64

/** A worker waits four times five seconds for a row before that uses up an attempt of its event. */
const HELD_MAX_MS = 15_000
const TOO_MUCH = 'So much would change that workers would have to wait too long. Look at fewer events at a time.'

/**
 * What a replay of these rows of the inbox would change: the committer does it, in one transaction, which is rolled
 * back. So merges, ledger, roles and effects are what they would be. Numbers of sequences are used up; nothing else
 * remains.
 *
 * Meanwhile a worker that wants a row of these events waits. A batch that changes nothing gives its rows back at once;
 * one that changes something keeps them, for the next to see it, but no longer than workers can bear.
 *
 * @param pool Has two connections at least: what is changed is compared with what everybody else sees.
 * @throws when rows are not to be had, or would be kept too long.
 */
export async function previewReplay(
  pool: Pool,
  ids: string[],
  rules: PreviewRules,
  { advance = () => {}, heldMaxMs = HELD_MAX_MS }: PreviewSteps = {},
): Promise<Preview> {
  const preview: Preview = { rows: [], failures: [] }
  const journal: Journal = new Map()
  await inVain(pool, async (client) => {
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

async function load(client: PoolClient, ids: string[]): Promise<Stored[]> {
  const { rows } = await client.query<Stored>(
    `SELECT id, provider, event_id, type, account, livemode, api_version, occurred_at, received_at, status, error, raw_body
      FROM webhook_events WHERE id = ANY ($1) ORDER BY id`,
    [ids],
  )
  return rows
}

function report(
  { event_id: eventId, type, status, error }: Stored,
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
