import type { DisputeFact, PaymentReferenceFact, RefundFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import { entriesOf, TAKEN_BACK, type TakenBack } from './reversals.ts'
import type { TracedEntry } from './write-entries.ts'

type Touching = (PaymentReferenceFact | RefundFact | DisputeFact) & { webhookEventId: string }

/**
 * Entries of the refunds and disputes that these facts are about, as far as their payment is known by now: whichever
 * comes last, the refund or the word whose payment it gave back, makes the entry.
 *
 * Their references are locked, so that of two transactions that tell of the two halves at once, the second sees what
 * the first has written.
 */
export async function deriveEntries(client: PoolClient, facts: Touching[]): Promise<TracedEntry[]> {
  if (facts.length === 0) return []
  const { rows } = await client.query<TakenBack>({
    name: 'lock_taken_back',
    text: `${TAKEN_BACK} FOR UPDATE OF reference`,
    values: [[...new Set(facts.map(idOf))]],
  })
  return rows.flatMap((row) => {
    const ids = [row.id, row.charge_id, row.payment_intent_id]
    const webhookEventId = facts.findLast((fact) => ids.includes(idOf(fact)))?.webhookEventId ?? ''
    return entriesOf(row).map((entry) => ({ webhookEventId, ...entry }))
  })
}

function idOf(fact: Touching): string {
  if (fact.kind === 'paymentReference') return fact.reference
  return fact.kind === 'refund' ? fact.refundId : fact.disputeId
}
