import { type LedgerEntryFact, transfer } from '@sluice/events'
import { z } from 'zod'
import type { DisputeRegisters } from '../merges/dispute.ts'
import type { RefundRegisters } from '../merges/refund.ts'
import { registers } from '../sql/rows.ts'

/** A refund or a dispute, joined with one of its references and the payment that the reference names. */
export const Reversal = z.object({
  id: z.string(),
  charge_id: z.string().nullable(),
  payment_intent_id: z.string().nullable(),
  refund: registers<RefundRegisters>().nullable(),
  dispute: registers<DisputeRegisters>().nullable(),
  payment_id: z.string().nullable(),
})

export type Reversal = z.infer<typeof Reversal>

const NAMES_ONE_OF_THESE = 'charge_id = ANY ($1) OR payment_intent_id = ANY ($1)'

/** Refunds and disputes by their ids, charges or payment intents: one row for each reference that they have. */
export const REVERSALS = `SELECT reversal.*, reference.payment_id FROM (
    SELECT stripe_refund_id AS id, charge_id, payment_intent_id, registers AS refund, NULL::jsonb AS dispute
      FROM refunds WHERE stripe_refund_id = ANY ($1) OR ${NAMES_ONE_OF_THESE}
    UNION ALL
    SELECT stripe_dispute_id, charge_id, payment_intent_id, NULL, registers
      FROM disputes WHERE stripe_dispute_id = ANY ($1) OR ${NAMES_ONE_OF_THESE}
  ) AS reversal
  JOIN payment_references reference ON reference.reference IN (reversal.charge_id, reversal.payment_intent_id)
  ORDER BY reference.reference`

/**
 * Returns the entries for all money that a refund or dispute has moved so far. The entries are the same whether its
 * payment was found by charge or by payment intent.
 */
export function entriesOf({ id, payment_id: paymentId, refund, dispute }: Reversal): LedgerEntryFact[] {
  if (paymentId === null) return []
  const { account, livemode } = refund ?? dispute ?? {}
  const origin = { stripeAccount: account ?? null, livemode: livemode ?? null }
  const moves = [...(refund ? movesOfRefund(id, refund) : []), ...(dispute ? movesOfDispute(id, dispute) : [])]
  return moves
    .filter(({ lines }) => lines.length > 0)
    .map((move) => ({ kind: 'ledgerEntry', paymentId, ...origin, ...move }))
}

type Move = Pick<LedgerEntryFact, 'entryKey' | 'currency' | 'lines'>

function movesOfRefund(id: string, { latest, booked, ended }: RefundRegisters): Move[] {
  const { amount, currency } = latest.contents
  if (!booked) return []
  const refunded: Move = { entryKey: `refund:${id}`, currency, lines: transfer('refunds', 'cash', amount) }
  const failed: Move = { entryKey: `refund_failed:${id}`, currency, lines: transfer('cash', 'refunds', amount) }
  return ended ? [refunded, failed] : [refunded]
}

function movesOfDispute(id: string, { firstLost, lastWon }: DisputeRegisters): Move[] {
  if (!firstLost) return []
  const { amount, currency } = firstLost.contents
  const lost: Move = { entryKey: `dispute:${id}:lost`, currency, lines: transfer('disputes', 'cash', amount) }
  const won: Move = { entryKey: `dispute:${id}:won`, currency, lines: transfer('cash', 'disputes', amount) }
  return lastWon && lastWon.second > firstLost.second ? [lost, won] : [lost]
}
