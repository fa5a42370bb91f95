import type { DisputeFact, PaymentReferenceFact, RefundFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import type { Traced } from '../merges/index.ts'
import { parseRows } from '../sql/rows.ts'
import { entriesOf, REVERSALS, Reversal } from './reversals.ts'
import type { TracedEntry } from './write-entries.ts'

type ReversalFact = Traced<PaymentReferenceFact | RefundFact | DisputeFact>

/**
 * Ledger entries of the refunds and disputes that these facts touch and whose payment is known by now. Whichever comes
 * last makes the entry: the refund or dispute itself, or the reference that names its payment.
 *
 * The references are locked: of two transactions that write the two halves at once, the second sees the first's half.
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
