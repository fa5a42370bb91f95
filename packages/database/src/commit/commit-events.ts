import { type Decision, EventError, type Fact, type ReceivedEvent } from '@sluice/events'
import type { PoolClient } from 'pg'
import { causeOf } from '../dead-letters/cause.ts'
import type { MergeRules } from '../merges/index.ts'
import type { DueEffect } from '../outbox/write-outbox.ts'
import { parseClean } from '../sql/text.ts'
import { claim, type Recorded, toEvent } from './claim.ts'
import { type Finished, finish } from './finish.ts'
import type { Applied, EventIds, Settled } from './outcome.ts'
import { writeFacts } from './write-facts.ts'

export interface CommitRules extends MergeRules {
  /** The handlers. Pure. */
  decide(event: ReceivedEvent): Decision
  /** How long an event of a prediction waits until the host has inserted its generation job, in seconds. */
  jobWaitSeconds: number
  /** Whether the commit that finishes an event erases its body. */
  eraseBodies?: boolean
}

interface Decided {
  row: Recorded
  event: EventIds
  facts: Fact[]
  decision: Decision
}

export const NO_JOB = 'no generation job for this prediction'

/** Settles the events that it can claim. Must run inside a READ COMMITTED transaction. */
export async function commitEvents(
  client: PoolClient,
  ids: string[],
  rules: CommitRules,
): Promise<Map<string, Settled>> {
  const settled = new Map<string, Settled>(ids.map((id) => [id, { outcome: 'missing' }]))
  const claimed: Recorded[] = []
  for (const row of await claim(client, ids)) {
    if (row.claim === 'claimed') claimed.push(row)
    else settled.set(row.id, { outcome: row.claim })
  }
  for (const [id, one] of await applyEvents(client, claimed, rules)) settled.set(id, one)
  const finished = claimed.flatMap((row) => finishedOf(row, settled.get(row.id)))
  await finish(client, finished, rules.eraseBodies ?? false)
  return settled
}

/** Runs the handlers on these events and writes their facts and effects. Does not change the events' own rows. */
export async function applyEvents(
  client: PoolClient,
  rows: Recorded[],
  rules: CommitRules,
): Promise<Map<string, Applied>> {
  const settled = new Map<string, Applied>()
  const decided: Decided[] = []
  for (const row of rows) decideOne(row, rules, decided, settled)
  const written = await writeFacts(client, decided, rules)
  for (const { row, event, decision } of decided) {
    event.payments = written.paymentsOf.get(row.id) ?? event.payments
    if (written.contradicting.has(row.id)) event.contradicts = true
    const effects = written.effectsOf.get(row.id)
    settled.set(row.id, resultOf(row, event, decision, effects, written.withoutJob.has(row.id), rules))
  }
  return settled
}

function finishedOf({ id, status }: Recorded, settled: Settled | undefined): Finished[] {
  const wasFailed = status === 'failed'
  if (settled?.outcome === 'processed') return [{ id, status: 'processed', error: null, wasFailed }]
  if (settled?.outcome === 'ignored') return [{ id, status: 'ignored', error: settled.reason, wasFailed }]
  return []
}

function decideOne(row: Recorded, rules: CommitRules, decided: Decided[], settled: Map<string, Applied>): void {
  const event = idsOf(row)
  try {
    const decision = rules.decide(toEvent(row, parse(row.raw_body)))
    const facts = decision.outcome === 'processed' ? decision.facts : []
    const prediction = facts.find((fact) => fact.kind === 'prediction')
    if (prediction) event.predictionId = prediction.predictionId
    decided.push({ row, event, facts, decision })
  } catch (error) {
    settled.set(row.id, { outcome: 'failed', ...causeOf(error, 'handler_threw') })
  }
}

const idsOf = (row: Recorded): EventIds => ({
  provider: row.provider,
  eventId: row.event_id,
  type: row.type,
  receivedAt: row.received_at,
  payments: { succeeded: 0, failed: 0 },
})

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
