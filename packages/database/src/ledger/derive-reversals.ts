import type { DisputeFact, PaymentReferenceFact, RefundFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import type { Traced } from '../merges/index.ts'
import { parseRows } from '../sql/rows.ts'
import type { TracedEntry } from './entries.ts'
import { entriesOf, Reversal, reversals } from './reversals.ts'

type ReversalFact = Traced<PaymentReferenceFact | RefundFact | DisputeFact>

/**
 * Derives ledger entries for the refunds and disputes that these facts affect, once their payment is known. An entry
 * needs both the refund or dispute and the reference to its payment, which may arrive in either order.
 *
 * Locks the references: when two concurrent transactions each write one of the two, the second one sees both.
 */
export async function deriveReversals(client: PoolClient, facts: ReversalFact[]): Promise<TracedEntry[]> {
  if (facts.length === 0) return []
  const eventOf = new Map(facts.map((fact, index) => [idOf(fact), { index, id: fact.webhookEventId }]))
  const { rows } = await client.query({
    name: 'lock_reversals',
    text: reversals('FOR UPDATE'),
    values: [[...eventOf.keys()]],
  })
  return parseRows(Reversal, rows).flatMap((row) => {
    const events = [row.id, row.charge_id, row.payment_intent_id].flatMap((id) => eventOf.get(id ?? '') ?? [])
    const webhookEventId = events.reduce((a, b) => (b.index > a.index ? b : a), { index: -1, id: '' }).id
    return entriesOf(row).map((entry) => ({ webhookEventId, ...entry }))
  })
}

function idOf(fact: ReversalFact): string {
  if (fact.kind === 'paymentReference') return fact.reference
  return fact.kind === 'refund' ? fact.refundId : fact.disputeId
}
