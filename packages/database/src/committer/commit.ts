import { type Decision, EventFailure, type Fact, type ReceivedEvent } from '@sluice/events'
import type { PoolClient } from 'pg'
import { parseClean } from '../text.ts'
import { type Claimed, claim, toEvent } from './claim.ts'
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
    const result = resultOf(row, event, decision, written.effectsOf.get(row.id), written.withoutJob.has(row.id), rules)
    settled.set(row.id, result)
    if (result.outcome === 'processed') finished.push({ id: row.id, status: 'processed', error: null, row })
    if (result.outcome === 'ignored') finished.push({ id: row.id, status: 'ignored', error: result.reason, row })
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

interface Finished {
  id: string
  status: 'processed' | 'ignored'
  error: string | null
  row: Claimed
}

async function finish(client: PoolClient, finished: Finished[], eraseBodies: boolean): Promise<void> {
  if (finished.length === 0) return
  const ids = finished.map(({ id }) => id)
  await client.query({
    name: 'finish',
    text: `UPDATE webhook_events e SET status = new.status, error = new.error, processed_at = now(), crashes = 0${eraseBodies ? ', raw_body = NULL' : ''}
      FROM unnest($1::bigint[], $2::text[], $3::text[]) AS new (id, status, error) WHERE e.id = new.id`,
    values: [ids, finished.map(({ status }) => status), finished.map(({ error }) => error)],
  })
  const revived = finished.filter(({ row }) => row.status === 'failed').map(({ id }) => id)
  if (revived.length > 0) await closeDeadLetters(client, revived)
}

/** A dead letter that was retried from the board and is done now is no longer open. */
async function closeDeadLetters(client: PoolClient, ids: string[]): Promise<void> {
  await client.query(
    `UPDATE webhook_dead_letters d SET redriven_at = now() FROM webhook_events e
      WHERE e.id = ANY ($1) AND d.provider = e.provider AND d.event_id = e.event_id
      AND d.redriven_at IS NULL AND d.outbox_message_id IS NULL`,
    [ids],
  )
}
