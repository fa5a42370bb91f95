import { type Decision, EventFailure, type Fact, type ReceivedEvent } from '@sluice/events'
import type { PoolClient } from 'pg'
import { parseClean } from '../text.ts'
import { type Claimed, claim, toEvent } from './claim.ts'
import { type Finished, finish } from './finish.ts'
import type { EventIds, Settled } from './settled.ts'
import { writeFacts } from './write-facts.ts'

export interface CommitRules {
  /** Joins the inbox with the handlers. Pure. */
  decide(event: ReceivedEvent): Decision
  /** Whether `past_due` still gives access. */
  pastDueIsActive: boolean
  /** How long a prediction's event waits for the host's row, in seconds. */
  jobWaitSeconds: number
  /** Whether a body goes with the commit that finishes its event. */
  eraseBodies?: boolean
}

interface Decided {
  row: Claimed
  event: EventIds
  facts: Fact[]
  decision: Decision
}

export const NO_JOB = 'no generation job for this prediction'

/** Settles what it can claim of these rows. To be called inside a READ COMMITTED transaction. */
export async function commitEvents(
  client: PoolClient,
  ids: string[],
  rules: CommitRules,
): Promise<Map<string, Settled>> {
  const settled = new Map<string, Settled>(ids.map((id) => [id, { outcome: 'missing' }]))
  const decided: Decided[] = []
  for (const row of await claim(client, ids)) {
    if (row.claim !== 'claimed') settled.set(row.id, { outcome: row.claim })
    else decideOne(row, rules, decided, settled)
  }
  const written = await writeFacts(client, decided, rules.pastDueIsActive)
  const finished: Finished[] = []
  for (const { row, event, decision } of decided) {
    event.payments = written.paymentsOf.get(row.id) ?? event.payments
    if (written.contradicting.has(row.id)) event.contradicts = true
    const result = resultOf(row, event, decision, written.effectsOf.get(row.id), written.withoutJob.has(row.id), rules)
    settled.set(row.id, result)
    const { id, status } = row
    const wasFailed = status === 'failed'
    if (result.outcome === 'processed') finished.push({ id, status: 'processed', error: null, wasFailed })
    if (result.outcome === 'ignored') finished.push({ id, status: 'ignored', error: result.reason, wasFailed })
  }
  await finish(client, finished, rules.eraseBodies ?? false)
  return settled
}

function decideOne(row: Claimed, rules: CommitRules, decided: Decided[], settled: Map<string, Settled>): void {
  const event = idsOf(row)
  try {
    const decision = rules.decide(toEvent(row, parse(row.raw_body)))
    const facts = decision.outcome === 'processed' ? decision.facts : []
    const prediction = facts.find((fact) => fact.kind === 'prediction')
    if (prediction) event.predictionId = prediction.predictionId
    decided.push({ row, event, facts, decision })
  } catch (error) {
    const code = error instanceof EventFailure ? error.code : 'handler_threw'
    settled.set(row.id, { outcome: 'failed', event, code, message: messageOf(error) })
  }
}

const idsOf = (row: Claimed): EventIds => ({
  provider: row.provider,
  eventId: row.event_id,
  type: row.type,
  receivedAt: row.received_at,
  payments: { succeeded: 0, failed: 0 },
})

function parse(body: Buffer | null): unknown {
  if (body === null) throw new EventFailure('body_erased', 'the body of this event is no longer kept')
  return parseClean(body.toString('utf8'))
}

/** A message of our own is safe to keep; another's may quote the body. */
const messageOf = (error: unknown): string =>
  error instanceof EventFailure
    ? error.message
    : error instanceof Error
      ? error.name
      : 'something that is no Error was thrown'

function resultOf(
  row: Claimed,
  event: EventIds,
  decision: Decision,
  effects: string[] = [],
  hasNoJob: boolean,
  { jobWaitSeconds }: CommitRules,
): Settled {
  if (decision.outcome === 'ignored') return { outcome: 'ignored', event, reason: decision.reason }
  if (!hasNoJob) return { outcome: 'processed', event, effects }
  const waitedSeconds = (Date.now() - row.received_at.getTime()) / 1000
  return { outcome: waitedSeconds < jobWaitSeconds ? 'waiting' : 'ignored', event, reason: NO_JOB }
}
