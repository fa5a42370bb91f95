import type { DisputeFact, LedgerEntryFact, PaymentReferenceFact, RefundFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import type { TracedEntry } from './ledger.ts'
import type { DisputeRegisters } from './merges/dispute.ts'
import type { RefundRegisters } from './merges/refund.ts'

type Touching = (PaymentReferenceFact | RefundFact | DisputeFact) & { webhookEventId: string }

/** A refund or a dispute, beside one of its references and the payment that this one names. */
interface Claim {
  id: string
  charge_id: string | null
  payment_intent_id: string | null
  refund: RefundRegisters | null
  dispute: DisputeRegisters | null
  payment_id: string | null
}

/**
 * Entries of the refunds and disputes that these facts are about, as far as their payment is known by now: whichever
 * comes last, the refund or the word whose payment it gave back, makes the entry.
 */
export async function deriveEntries(client: PoolClient, facts: Touching[]): Promise<TracedEntry[]> {
  if (facts.length === 0) return []
  const claims = await lockClaims(client, [...new Set(facts.map(idOf))])
  return claims.flatMap((claim) => {
    const ids = [claim.id, claim.charge_id, claim.payment_intent_id]
    const webhookEventId = facts.findLast((fact) => ids.includes(idOf(fact)))?.webhookEventId ?? ''
    return entriesOf(claim).map((entry) => ({ ...entry, webhookEventId }))
  })
}

function idOf(fact: Touching): string {
  if (fact.kind === 'paymentReference') return fact.reference
  return fact.kind === 'refund' ? fact.refundId : fact.disputeId
}

const OF_THESE = 'charge_id = ANY ($1) OR payment_intent_id = ANY ($1)'

/**
 * Refunds and disputes of these ids, charges or payment intents. Their references are locked, so that of two
 * transactions that tell of the two halves at once, the second sees what the first has written.
 */
async function lockClaims(client: PoolClient, ids: string[]): Promise<Claim[]> {
  const { rows } = await client.query<Claim>({
    name: 'lock_claims',
    text: `SELECT claim.*, reference.payment_id FROM (
        SELECT stripe_refund_id AS id, charge_id, payment_intent_id, registers AS refund, NULL::jsonb AS dispute
          FROM refunds WHERE stripe_refund_id = ANY ($1) OR ${OF_THESE}
        UNION ALL
        SELECT stripe_dispute_id, charge_id, payment_intent_id, NULL, registers
          FROM disputes WHERE stripe_dispute_id = ANY ($1) OR ${OF_THESE}
      ) AS claim JOIN payment_references reference ON reference.reference IN (claim.charge_id, claim.payment_intent_id)
      ORDER BY reference.reference FOR UPDATE OF reference`,
    values: [ids],
  })
  return rows
}

/** Of a claim that names its payment by charge and by payment intent the same comes twice, and is written once. */
function entriesOf({ id, payment_id: paymentId, refund, dispute }: Claim): LedgerEntryFact[] {
  if (paymentId === null) return []
  const moves = [...(refund ? movesOfRefund(id, refund) : []), ...(dispute ? movesOfDispute(id, dispute) : [])]
  return moves.filter(({ amount }) => amount > 0).map((move) => ({ kind: 'ledgerEntry', paymentId, ...move }))
}

type Move = Omit<LedgerEntryFact, 'kind' | 'paymentId'>

function movesOfRefund(id: string, { latest, booked, ended }: RefundRegisters): Move[] {
  const { amount, currency } = latest.contents
  if (!booked) return []
  const out: Move = { entryKey: `refund:${id}`, debit: 'refunds', credit: 'cash', amount, currency }
  const back: Move = { entryKey: `refund_failed:${id}`, debit: 'cash', credit: 'refunds', amount, currency }
  return ended ? [out, back] : [out]
}

function movesOfDispute(id: string, { firstLost, lastWon }: DisputeRegisters): Move[] {
  if (!firstLost) return []
  const { amount, currency } = firstLost.contents
  const out: Move = { entryKey: `dispute:${id}:lost`, debit: 'disputes', credit: 'cash', amount, currency }
  const back: Move = { entryKey: `dispute:${id}:won`, debit: 'cash', credit: 'disputes', amount, currency }
  return lastWon && lastWon.second > firstLost.second ? [out, back] : [out]
}
