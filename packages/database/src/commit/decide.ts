import { type Decision, EventError, type Fact } from '@sluice/events'
import { causeOf } from '../dead-letters/cause.ts'
import type { MergeRules } from '../merges/index.ts'
import { whyNoAccess } from '../merges/stripe.ts'
import { parseClean } from '../sql/text.ts'
import { type Recorded, toEvent } from './claim.ts'
import type { Applied, EventIds, RowIds } from './outcome.ts'
import { createPace } from './pace.ts'
import type { CommitRules } from './rules.ts'

/** An event, and what its handler says. */
export interface Decided {
  row: Recorded
  event: EventIds
  facts: Fact[]
  decision: Decision
}

/**
 * Runs the handlers, and lets others have the event loop between events.
 *
 * @param limitMs time for the handlers. When it is used up, the others are left.
 */
export async function decideAll(rows: Recorded[], rules: CommitRules, limitMs = Number.POSITIVE_INFINITY) {
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

export const rowIdsOf = (row: Recorded): RowIds => ({ provider: row.provider, eventId: row.event_id })

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
