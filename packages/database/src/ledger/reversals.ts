import type { LedgerEntryFact } from '@sluice/events'
import type { DisputeRegisters } from '../merges/dispute.ts'
import type { RefundRegisters } from '../merges/refund.ts'

/** A refund or a dispute, beside one of its references and the payment that this one names. */
export interface TakenBack {
  id: string
  charge_id: string | null
  payment_intent_id: string | null
  refund: RefundRegisters | null
  dispute: DisputeRegisters | null
  payment_id: string | null
}

const OF_THESE = 'charge_id = ANY ($1) OR payment_intent_id = ANY ($1)'

/** Refunds and disputes of these ids, charges or payment intents: a row for each reference that they have. */
export const TAKEN_BACK = `SELECT back.*, reference.payment_id FROM (
    SELECT stripe_refund_id AS id, charge_id, payment_intent_id, registers AS refund, NULL::jsonb AS dispute
      FROM refunds WHERE stripe_refund_id = ANY ($1) OR ${OF_THESE}
    UNION ALL
    SELECT stripe_dispute_id, charge_id, payment_intent_id, NULL, registers
      FROM disputes WHERE stripe_dispute_id = ANY ($1) OR ${OF_THESE}
  ) AS back JOIN payment_references reference ON reference.reference IN (back.charge_id, back.payment_intent_id)
  ORDER BY reference.reference`

/** What it has moved by now. Where charge and payment intent both name the payment, the same comes of each. */
export function entriesOf({ id, payment_id: paymentId, refund, dispute }: TakenBack): LedgerEntryFact[] {
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
