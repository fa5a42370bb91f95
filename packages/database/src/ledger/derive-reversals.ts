import type { DisputeFact, PaymentReferenceFact, RefundFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import type { Traced } from '../merges/index.ts'
import { parseRows } from '../sql/rows.ts'
import type { TracedEntry } from './entries.ts'
import { entriesOf, REVERSALS, Reversal } from './reversals.ts'

type ReversalFact = Traced<PaymentReferenceFact | RefundFact | DisputeFact>

/**
 * Derives ledger entries for the refunds and disputes that these facts affect, once their payment is known. An entry
 * needs both the refund or dispute and the reference to its payment, which may arrive in either order.
 *
 * Locks the references: when two concurrent transactions each write one of the two, the second one sees both.
 */
export async function deriveReversals(client: PoolClient, facts: ReversalFact[]): Promise<TracedEntry[]> {
  if (facts.length === 0) return []
  const { rows } = await client.query({
    name: 'lock_reversals',
    text: `${REVERSALS} FOR UPDATE OF reference`,
    values: [[...new Set(facts.map(idOf))]],
  })
  return parseRows(Reversal, rows).flatMap((row) => {
    const ids = [row.id, row.charge_id, row.payment_intent_id]
    const webhookEventId = facts.findLast((fact) => ids.includes(idOf(fact)))?.webhookEventId ?? ''
    return entriesOf(row).map((entry) => ({ webhookEventId, ...entry }))
  })
}

function idOf(fact: ReversalFact): string {
  if (fact.kind === 'paymentReference') return fact.reference
  return fact.kind === 'refund' ? fact.refundId : fact.disputeId
}
