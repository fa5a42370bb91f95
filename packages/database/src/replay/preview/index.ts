import type { Effect } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { deriveNoted } from '../../commit/follow-catalogue.ts'
import type { Applied } from '../../commit/outcome.ts'
import { addTouched, findNewlyTouched, type TouchedRows } from '../../commit/revise/index.ts'
import type { CommitRules } from '../../commit/rules.ts'
import { addAll, type Journal, keepJournal } from '../../sql/journal.ts'
import { queryRows } from '../../sql/rows.ts'
import { restoreBody, restoreFromDeadLetters } from '../erased.ts'
import { type ChangedRow, changedRows, compareRow } from './changed-rows.ts'
import { inRolledBackTransaction } from './in-rolled-back-transaction.ts'
import { type SentMessage, sentAbout } from './sent.ts'
import { StoredEvent, tryBatch, type Way, withRetries } from './try-batch.ts'

export type { ChangedColumn, ChangedRow } from './changed-rows.ts'
export type { SentMessage } from './sent.ts'

/** A row that a replay would merge into, without withdrawing anything from it. */
export interface KeptRow {
  table: string
  key: string
  /** Events that say something of it and that cannot be read any more. None: they were deleted. */
  events: string[]
}

/** The changes that a replay would make. */
export interface Preview {
  /** Rows that would be inserted, changed or deleted, including events and new effects. */
  rows: ChangedRow[]
  /** Events that would fail and become dead letters. */
  failures: { eventId: string; type: string; cause: string }[]
  /** Messages and documents that went out and would not go out again, or would say something else. */
  sent: SentMessage[]
  kept: KeptRow[]
}

export interface PreviewSteps {
  /** Called after each step with the number of events that it previewed. */
  advance?(events: number): void
  /** Erased bodies that a provider still had, by row: a replay would have them too. Default: none. */
  bodies?: ReadonlyMap<string, Buffer>
  /** Maximum time that changed rows stay locked, in milliseconds; default: 15 s. */
  heldMaxMs?: number
}

export type PreviewRules = Pick<CommitRules, 'decide' | 'pastDueIsActive' | 'premiumPrices' | 'accounts' | 'liveOnly'>

const BATCH_SIZE = 64

/** Shorter than the 20 s, four waits of five seconds, after which a blocked worker's event uses an attempt. */
const HELD_MAX_MS = 15_000

/**
 * Finds the changes that a replay of these inbox rows would make: it revises them with the code of a commit, in
 * transactions that are rolled back. Only sequence values are used up.
 *
 * Workers that need the same rows wait meanwhile. A batch without changes unlocks its rows at once. A batch with changes
 * keeps them locked, so that the next batch sees the changes, but not longer than workers can wait: then the next
 * transaction begins, which sees none of them. It makes its rows from all recorded events too, so that only values that
 * follow from rows of both, such as a role, may be those of the last transaction alone.
 *
 * @param pool has at least two connections, because changed rows are compared with their committed state
 * @throws when rows cannot be locked
 */
export const previewReplay = (
  pool: Pool,
  ids: string[],
  rules: PreviewRules,
  steps: PreviewSteps = {},
): Promise<Preview> => previewAll(pool, ids, rules, steps, 'revise')

/**
 * Finds the changes that processing these dead letters again would make, like `previewReplay`. Messages that went out
 * already are not looked for, since an event that failed has sent none.
 *
 * @param ids of inbox rows; those that failed as they were processed again are revised, the others committed
 */
export async function previewRedrive(
  pool: Pool,
  ids: string[],
  rules: PreviewRules,
  steps: Omit<PreviewSteps, 'bodies'> = {},
): Promise<Preview> {
  const { rows } = await pool.query<{ id: string }>(
    'SELECT id FROM webhook_events WHERE id = ANY ($1) AND revision IS NOT NULL',
    [ids],
  )
  const revised = new Set(rows.map(({ id }) => id))
  const isRevised = (id: string) => revised.has(id)
  const anew = await previewAll(
    pool,
    ids.filter((id) => !isRevised(id)),
    rules,
    steps,
    'commit',
  )
  if (revised.size === 0) return anew
  const again = await previewAll(pool, ids.filter(isRevised), rules, steps, 'revise')
  return {
    rows: [...anew.rows, ...again.rows],
    failures: [...anew.failures, ...again.failures],
    sent: again.sent,
    kept: again.kept,
  }
}

async function previewAll(
  pool: Pool,
  ids: string[],
  rules: PreviewRules,
  { advance = () => {}, bodies = new Map(), heldMaxMs = HELD_MAX_MS }: PreviewSteps,
  way: Way,
): Promise<Preview> {
  const found = collectFindings()
  let newlyTouched: TouchedRows | undefined
  const batches = batchesOf(await inOrderOfKeys(pool, ids))
  while (batches.length > 0) await inRolledBackTransaction(pool, (client) => previewSome(client))
  return found.preview()

  /** @returns whether rows are locked */
  async function trace(client: PoolClient): Promise<boolean> {
    if (way === 'commit') return (await restoreFromDeadLetters(client, ids)) > 0
    for (const [id, body] of bodies) await restoreBody(client, id, body)
    const added = newlyTouched ?? (await findNewlyTouched(client, ids, rules))
    newlyTouched = added
    await withRetries(client, () => addTouched(client, added))
    return added.size > 0
  }

  async function previewSome(client: PoolClient): Promise<void> {
    const journal: Journal = new Map()
    const tried = { ids: [] as string[], effects: new Set<string>(), wanted: new Map<string, Effect>() }
    let heldSince = Number.POSITIVE_INFINITY
    const nextBatch = () => (Date.now() - heldSince <= heldMaxMs ? batches.shift() : undefined)
    if (await trace(client)) heldSince = Date.now()
    for (let batch = batches.shift(); batch; batch = nextBatch()) {
      const rows = await load(client, batch)
      const result = await tryBatch(client, rows, { ...rules, jobWaitSeconds: 0 }, way)
      for (const row of rows) found.addOutcome(row, result.outcomes.get(row.id))
      found.addKept(result.kept)
      addAll(journal, result.journal)
      tried.ids.push(...batch)
      for (const key of result.effects) tried.effects.add(key)
      for (const effect of result.wanted) tried.wanted.set(effect.key, effect)
      if (journal.size > 0) heldSince = Math.min(heldSince, Date.now())
      advance(rows.length)
    }
    addAll(journal, await followNoted(client))
    found.addRows(await changedRows(pool, client, journal))
    if (way === 'revise') found.addSent(await sentAbout(client, tried, journal))
  }
}

/** @returns the rows that a worker changes a moment after a replay, because they depend on the catalogue */
async function followNoted(client: PoolClient): Promise<Journal> {
  const journal = keepJournal(client)
  await deriveNoted(client)
  return journal
}

/** Collects the results of several transactions. */
function collectFindings() {
  const rows = new Map<string, ChangedRow>()
  const kept = new Map<string, KeptRow>()
  const sent = new Map<string, SentMessage>()
  const failures: Preview['failures'] = []

  function addRows(changed: ChangedRow[]): void {
    for (const row of changed) {
      const name = `${row.table} ${row.key}`
      const earlier = rows.get(name)?.columns ?? []
      const others = earlier.filter(({ column }) => row.columns.every((one) => one.column !== column))
      rows.set(name, { ...row, columns: [...others, ...row.columns] })
    }
  }

  return {
    addRows,
    addKept(found: ReadonlyMap<string, ReadonlySet<string>>): void {
      for (const [name, events] of found) {
        const slash = name.indexOf('/')
        kept.set(name, { table: name.slice(0, slash), key: name.slice(slash + 1), events: [...events] })
      }
    },
    addSent(found: SentMessage[]): void {
      for (const one of found) sent.set(`${one.kind} ${one.key}`, one)
    },
    addOutcome({ event_id: eventId, type, status, error }: StoredEvent, outcome: Applied | undefined): void {
      if (outcome === undefined) return
      if (outcome.outcome === 'failed') {
        failures.push({ eventId, type, cause: `${outcome.code}: ${outcome.message}` })
        return
      }
      const reason = outcome.outcome === 'processed' ? null : outcome.reason
      const after = { status: reason === null ? 'processed' : 'ignored', error: reason }
      const changed = compareRow('webhook_events', eventId, { status, error }, after)
      if (changed) addRows([changed])
    },
    preview: (): Preview => ({
      rows: [...rows.values()],
      failures,
      sent: [...sent.values()],
      kept: [...kept.values()],
    }),
  }
}

function batchesOf(ids: string[]): string[][] {
  const batches: string[][] = []
  for (let start = 0; start < ids.length; start += BATCH_SIZE) batches.push(ids.slice(start, start + BATCH_SIZE))
  return batches
}

/** As workers revise them: the events of one customer beside each other. */
async function inOrderOfKeys(pool: Pool, ids: string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'SELECT id FROM webhook_events WHERE id = ANY ($1) ORDER BY ordering_key, id',
    [ids],
  )
  return rows.map(({ id }) => id)
}

async function load(client: PoolClient, ids: string[]): Promise<StoredEvent[]> {
  return queryRows(
    client,
    StoredEvent,
    `SELECT id, provider, event_id, type, account, livemode, api_version, occurred_at, received_at, status, error, silent,
        raw_body, touched
      FROM webhook_events WHERE id = ANY ($1) ORDER BY ordering_key, id`,
    [ids],
  )
}
