import type { Effect } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { Recorded } from '../../commit/claim.ts'
import { applyEvents, resultOf } from '../../commit/commit-events.ts'
import { type Decided, decideAll } from '../../commit/decide.ts'
import type { Applied } from '../../commit/outcome.ts'
import { applyRevision } from '../../commit/revise/index.ts'
import type { CommitRules } from '../../commit/rules.ts'
import { joinTouched, SPLIT_TOUCHED, touchedBy } from '../../commit/touched.ts'
import { causeOf } from '../../dead-letters/cause.ts'
import { connectionCode } from '../../sql/connection-code.ts'
import { kindOf } from '../../sql/error-kind.ts'
import { addAll, type Journal, keepJournal } from '../../sql/journal.ts'

/** An event as the inbox has it. */
export const StoredEvent = Recorded.extend({ error: z.string().nullable(), touched: z.array(z.string()).nullable() })

export type StoredEvent = z.infer<typeof StoredEvent>

/** How workers process an event: for the first time, or again, which withdraws what it said before. */
export type Way = 'commit' | 'revise'

interface Tried {
  /** The outcome of each event, by the id of its row. */
  outcomes: Map<string, Applied>
  /** Empty when nothing was changed. */
  journal: Journal
  /** Rows that were only merged into, as `table/key`, with the events that cannot be read any more. */
  kept: ReadonlyMap<string, ReadonlySet<string>>
  /** Keys of the effects that the events about these rows ask for. */
  effects: ReadonlySet<string>
  /** The effects of these events. */
  wanted: readonly Effect[]
}

const CONFLICT_RETRIES = 6
const BUSY = 'Workers have locked rows of these events. Try again.'
const UNDO = 'ROLLBACK TO batch; RELEASE batch'

/**
 * Processes a batch as a worker does: if the batch fails, its events are processed one by one, so that only the faulty one
 * fails.
 */
export async function tryBatch(client: PoolClient, rows: StoredEvent[], rules: CommitRules, way: Way): Promise<Tried> {
  try {
    return await tryTogether(client, rows, rules, way)
  } catch (error) {
    const kind = kindOf(error)
    if (kind === 'conflict') throw new Error(BUSY, { cause: error })
    if (kind === 'outage') throw error
    if (rows.length > 1) return tryApart(client, rows, rules, way)
    const failed = { outcome: 'failed', ...causeOf(error, 'commit_threw') } as const
    return {
      outcomes: new Map(rows.map(({ id }) => [id, failed])),
      journal: new Map(),
      kept: new Map(),
      effects: new Set(),
      wanted: [],
    }
  }
}

async function tryApart(client: PoolClient, rows: StoredEvent[], rules: CommitRules, way: Way): Promise<Tried> {
  const all = {
    outcomes: new Map<string, Applied>(),
    journal: new Map(),
    kept: new Map(),
    effects: new Set<string>(),
    wanted: [] as Effect[],
  }
  for (const row of rows) {
    const { outcomes, journal, kept, effects, wanted } = await tryBatch(client, [row], rules, way)
    for (const [id, outcome] of outcomes) all.outcomes.set(id, outcome)
    for (const [name, events] of kept) all.kept.set(name, events)
    for (const key of effects) all.effects.add(key)
    all.wanted.push(...wanted)
    addAll(all.journal, journal)
  }
  return all
}

async function tryTogether(client: PoolClient, rows: StoredEvent[], rules: CommitRules, way: Way): Promise<Tried> {
  return withRetries(client, async (undo) => {
    const journal = keepJournal(client)
    const { isTouchedAnew, ...revised } = await (way === 'commit' ? commit : revise)(client, rows, rules)
    if (journal.size === 0 && !isTouchedAnew) undo()
    return { ...revised, journal }
  })
}

/** Does work in a savepoint, again when it conflicts with workers. `undo` unlocks the rows of work that changed nothing. */
export async function withRetries<T>(client: PoolClient, work: (undo: () => void) => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    await client.query('SAVEPOINT batch')
    let isUndone = false
    try {
      const result = await work(() => {
        isUndone = true
      })
      await client.query(isUndone ? UNDO : 'RELEASE batch')
      return result
    } catch (error) {
      if (connectionCode(error) !== undefined) throw error
      await client.query(UNDO)
      if (kindOf(error) !== 'conflict' || retry >= CONFLICT_RETRIES) throw error
    }
  }
}

const commit = async (client: PoolClient, rows: StoredEvent[], rules: CommitRules) => ({
  outcomes: await applyEvents(client, rows, rules),
  kept: new Map(),
  effects: new Set<string>(),
  wanted: [] as Effect[],
  isTouchedAnew: false,
})

async function revise(client: PoolClient, rows: StoredEvent[], rules: CommitRules) {
  const { decided, failed } = await decideAll(rows, rules)
  const touchedOf = new Map(rows.map(({ id, touched }) => [id, touched ?? []]))
  const revisions = decided.map((one) => ({ ...one, before: touchedOf.get(one.row.id) ?? [] }))
  const { kept, effects, wanted, withoutJob } = await applyRevision(client, revisions, rules)
  const outcomes = new Map<string, Applied>(failed)
  for (const { row, event, decision } of decided)
    outcomes.set(row.id, resultOf(row, event, decision, [], withoutJob.has(row.id), rules))
  return { outcomes, kept, effects, wanted, isTouchedAnew: await noteTouched(client, decided, touchedOf) }
}

/** As a commit does it when it finishes events, so that the next batch knows what they touch now. */
async function noteTouched(client: PoolClient, decided: Decided[], before: ReadonlyMap<string, string[]>) {
  const changed = decided
    .map(({ row, facts }) => ({ id: row.id, touched: joinTouched(touchedBy(facts)) }))
    .filter(({ id, touched }) => touched !== joinTouched(before.get(id) ?? []))
  if (changed.length === 0) return false
  await client.query(
    `UPDATE webhook_events e SET touched = ${SPLIT_TOUCHED}
      FROM unnest($1::bigint[], $2::text[]) AS new (id, touched) WHERE e.id = new.id`,
    [changed.map(({ id }) => id), changed.map(({ touched }) => touched)],
  )
  return true
}
