import type { Decision } from '@sluice/events'
import type { PoolClient } from 'pg'
import type { ForgottenFilter } from '../forget/filter.ts'
import type { DueEffect } from '../outbox/write-outbox.ts'
import { claim, type Recorded } from './claim.ts'
import { type Decided, decideAll, rowIdsOf } from './decide.ts'
import { eraseBodies, type Finished, finish } from './finish.ts'
import type { Limits } from './limits.ts'
import type { HeldLocks } from './locks/held-locks.ts'
import { inStage } from './locks/stages.ts'
import type { Applied, EventIds, Tried } from './outcome.ts'
import { reduce } from './reduce.ts'
import type { CommitRules } from './rules.ts'
import { touchedBy } from './touched.ts'
import { type InUse, writeFacts } from './write-facts.ts'

export interface CommitContext {
  rules: CommitRules
  /** Locks of other sessions; events that need them are `busy`, and are not tried. */
  locks: HeldLocks
  /** Recognizes the events of forgotten persons. */
  forgotten: ForgottenFilter
  /** Events beyond them are `large` or `full`, and are not tried. Default: none. */
  limits?: Limits | undefined
}

export const NO_JOB = 'no generation job for this prediction'

/**
 * Settles the events that it can claim. Must run inside a READ COMMITTED transaction.
 *
 * @throws {LockedStageError} if it meets another lock
 */
export async function commitEvents(
  client: PoolClient,
  ids: string[],
  { rules, locks, forgotten, limits }: CommitContext,
): Promise<Map<string, Tried>> {
  const tried = new Map<string, Tried>(ids.map((id) => [id, { outcome: 'missing' }]))
  const claimed: Recorded[] = []
  const rows = ids.map((id) => ({ row: { id }, facts: [] }))
  let newest: string | null = null
  const inUse: InUse = { features: false, credits: false }
  for (const row of await inStage('inbox', rows, () => claim(client, ids, limits))) {
    newest ??= row.newest_forgotten
    inUse.features ||= row.has_features
    inUse.credits ||= row.has_credits
    if (row.claim === 'settled') tried.set(row.id, { outcome: 'settled', event: rowIdsOf(row) })
    else if (row.claim !== 'claimed') tried.set(row.id, { outcome: row.claim })
    else if (rules.isThin?.(row)) tried.set(row.id, { outcome: 'thin', event: rowIdsOf(row) })
    else claimed.push(row)
  }
  const { decided, failed, left } = await decideAll(claimed, rules, limits?.handlersMs)
  const free: Decided[] = []
  for (const one of decided) {
    const lock = locks.lockFor(one)
    if (lock) tried.set(one.row.id, { outcome: 'busy', lock })
    else free.push(one)
  }
  const isReduced = await reduce(client, free, forgotten, newest)
  const applied = new Map([...failed, ...(await apply(client, free, rules, inUse))])
  for (const [id, one] of applied) tried.set(id, one)
  for (const { id } of left) tried.set(id, { outcome: 'full' })
  const finished = free.flatMap((one) => finishedOf(one, applied.get(one.row.id)))
  await inStage('inbox', rows, () => finish(client, finished, rules.eraseBodies ?? false))
  const erased = finished.filter(({ id }) => isReduced.has(id)).map(({ id }) => id)
  if (erased.length > 0) await inStage('inbox', rows, () => eraseBodies(client, erased))
  return tried
}

/** Runs the handlers on these events and writes their facts and effects. Does not change the events' own rows. */
export async function applyEvents(
  client: PoolClient,
  rows: Recorded[],
  rules: CommitRules,
): Promise<Map<string, Applied>> {
  const { decided, failed } = await decideAll(rows, rules)
  return new Map([...failed, ...(await apply(client, decided, rules))])
}

async function apply(
  client: PoolClient,
  decided: Decided[],
  rules: CommitRules,
  inUse?: InUse,
): Promise<Map<string, Applied>> {
  const applied = new Map<string, Applied>()
  const written = await writeFacts(client, decided, rules, inUse)
  for (const { row, event, decision } of decided) {
    event.payments = written.paymentsOf.get(row.id) ?? event.payments
    if (written.contradicting.has(row.id)) event.contradicts = true
    const effects = written.effectsOf.get(row.id)
    applied.set(row.id, resultOf(row, event, decision, effects, written.withoutJob.has(row.id), rules))
  }
  return applied
}

export function finishedOf({ row, facts }: Decided, settled: Applied | undefined): Finished[] {
  const about = { id: row.id, wasFailed: row.status === 'failed' }
  if (settled?.outcome === 'processed')
    return [{ ...about, status: 'processed', error: null, touched: touchedBy(facts) }]
  if (settled?.outcome === 'ignored') return [{ ...about, status: 'ignored', error: settled.reason, touched: [] }]
  return []
}

export function resultOf(
  row: Recorded,
  event: EventIds,
  decision: Decision,
  effects: DueEffect[] = [],
  hasNoJob: boolean,
  { jobWaitSeconds }: CommitRules,
): Applied {
  if (decision.outcome === 'ignored') return { outcome: 'ignored', event, reason: decision.reason }
  if (!hasNoJob) return { outcome: 'processed', event, effects }
  const waitedSeconds = (Date.now() - row.received_at.getTime()) / 1000
  return { outcome: waitedSeconds < jobWaitSeconds ? 'waiting' : 'ignored', event, reason: NO_JOB }
}
