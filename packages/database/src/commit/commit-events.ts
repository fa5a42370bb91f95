import { type Decision, EventError, type Fact, type ReceivedEvent } from '@sluice/events'
import type { PoolClient } from 'pg'
import { causeOf } from '../dead-letters/cause.ts'
import type { MergeRules } from '../merges/index.ts'
import { whyNoAccess } from '../merges/stripe.ts'
import type { DueEffect } from '../outbox/write-outbox.ts'
import { parseClean } from '../sql/text.ts'
import { claim, type Recorded, toEvent } from './claim.ts'
import { type Finished, finish } from './finish.ts'
import type { Limits } from './limits.ts'
import type { HeldLocks } from './locks/held-locks.ts'
import { inStage } from './locks/stages.ts'
import type { Applied, EventIds, RowIds, Tried } from './outcome.ts'
import { createPace } from './pace.ts'
import { writeFacts } from './write-facts.ts'

export interface CommitRules extends MergeRules {
  /** The handlers. Pure. */
  decide(event: ReceivedEvent): Decision
  /** Whether events of this type are thin, and so not for the handlers. Default: none is. */
  isThin?(event: Pick<ReceivedEvent, 'provider' | 'type'>): boolean
  /** How long an event of a prediction waits until the host has inserted its generation job, in seconds. */
  jobWaitSeconds: number
  /** Whether the commit that finishes an event erases its body. */
  eraseBodies?: boolean
}

export interface CommitContext {
  rules: CommitRules
  /** Locks of other sessions; events that need them are `busy`, and are not tried. */
  locks: HeldLocks
  /** Events beyond them are `large` or `full`, and are not tried. Default: none. */
  limits?: Limits | undefined
}

interface Decided {
  row: Recorded
  event: EventIds
  facts: Fact[]
  decision: Decision
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
  { rules, locks, limits }: CommitContext,
): Promise<Map<string, Tried>> {
  const tried = new Map<string, Tried>(ids.map((id) => [id, { outcome: 'missing' }]))
  const claimed: Recorded[] = []
  const rows = ids.map((id) => ({ row: { id }, facts: [] }))
  for (const row of await inStage('inbox', rows, () => claim(client, ids, limits))) {
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
  const applied = new Map([...failed, ...(await apply(client, free, rules))])
  for (const [id, one] of applied) tried.set(id, one)
  for (const { id } of left) tried.set(id, { outcome: 'full' })
  const finished = claimed.flatMap((row) => finishedOf(row, applied.get(row.id)))
  await inStage('inbox', rows, () => finish(client, finished, rules.eraseBodies ?? false))
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

async function apply(client: PoolClient, decided: Decided[], rules: CommitRules): Promise<Map<string, Applied>> {
  const applied = new Map<string, Applied>()
  const written = await writeFacts(client, decided, rules)
  for (const { row, event, decision } of decided) {
    event.payments = written.paymentsOf.get(row.id) ?? event.payments
    if (written.contradicting.has(row.id)) event.contradicts = true
    const effects = written.effectsOf.get(row.id)
    applied.set(row.id, resultOf(row, event, decision, effects, written.withoutJob.has(row.id), rules))
  }
  return applied
}

function finishedOf({ id, status }: Recorded, settled: Applied | undefined): Finished[] {
  const wasFailed = status === 'failed'
  if (settled?.outcome === 'processed') return [{ id, status: 'processed', error: null, wasFailed }]
  if (settled?.outcome === 'ignored') return [{ id, status: 'ignored', error: settled.reason, wasFailed }]
  return []
}

/** @param limitMs time for the handlers. When it is used up, the others are left. */
async function decideAll(rows: Recorded[], rules: CommitRules, limitMs = Number.POSITIVE_INFINITY) {
  const decided: Decided[] = []
  const failed = new Map<string, Applied>()
  const pace = createPace(limitMs)
  let count = 0
  for (const row of rows) {
    if (pace.isSpent()) break
    if (pace.isTurnOver()) await pace.yield()
    count += 1
    try {
      decided.push(decide(row, rules))
    } catch (error) {
      failed.set(row.id, { outcome: 'failed', ...causeOf(error, 'handler_threw') })
    }
  }
  return { decided, failed, left: rows.slice(count) }
}

function decide(row: Recorded, rules: CommitRules): Decided {
  const event = idsOf(row, rules)
  const decision = rules.decide(toEvent(row, parse(row.raw_body)))
  const facts = decision.outcome === 'processed' ? decision.facts : []
  const prediction = facts.find((fact) => fact.kind === 'prediction')
  if (prediction) event.predictionId = prediction.predictionId
  const output = facts.find((fact) => fact.kind === 'output')
  if (output?.filesRefused) event.filesRefused = output.filesRefused
  return { row, event, facts, decision }
}

const rowIdsOf = (row: Recorded): RowIds => ({ provider: row.provider, eventId: row.event_id })

const idsOf = (row: Recorded, rules: MergeRules): EventIds => ({
  ...noAccessOf(row, rules),
  ...rowIdsOf(row),
  type: row.type,
  receivedAt: row.received_at,
  payments: { succeeded: 0, failed: 0 },
})

function noAccessOf(row: Recorded, rules: MergeRules) {
  const noAccess = whyNoAccess(row, rules)
  return noAccess === null ? {} : { noAccess }
}

function parse(body: Buffer | null): unknown {
  if (body === null) throw new EventError('body_erased', 'the body of this event has been erased')
  return parseClean(body.toString('utf8'))
}

function resultOf(
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
