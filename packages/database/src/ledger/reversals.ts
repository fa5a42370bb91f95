import { type Fee, type FundsDirection, type LedgerAccount, type LedgerEntryFact, transfer } from '@sluice/events'
import { z } from 'zod'
import type { DisputeRegisters } from '../merges/dispute.ts'
import type { RefundRegisters } from '../merges/refund.ts'
import { registers } from '../sql/rows.ts'
import { linesOf } from './corrections.ts'
import { fundsOf } from './dispute-funds.ts'

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

/**
 * Refunds and disputes by their ids, charges or payment intents: one row for each reference that they have.
 *
 * References are found by their keys and joined by equality: with a condition that is no equality, an event with thousands
 * of refunds took minutes where Postgres believed that the tables were empty.
 *
 * @param lock of the references
 */
export const reversals = (lock: '' | 'FOR UPDATE' = ''): string => `WITH reversal AS MATERIALIZED (
    SELECT stripe_refund_id AS id, charge_id, payment_intent_id, registers AS refund, NULL::jsonb AS dispute
      FROM refunds WHERE stripe_refund_id = ANY ($1) OR ${NAMES_ONE_OF_THESE}
    UNION ALL
    SELECT stripe_dispute_id, charge_id, payment_intent_id, NULL, registers
      FROM disputes WHERE stripe_dispute_id = ANY ($1) OR ${NAMES_ONE_OF_THESE}
  ), named AS MATERIALIZED (
    SELECT id, charge_id AS reference FROM reversal UNION SELECT id, payment_intent_id FROM reversal
  ), known AS MATERIALIZED (
    SELECT reference, payment_id FROM payment_references WHERE reference = ANY (ARRAY (SELECT reference FROM named))
      ORDER BY reference ${lock}
  )
  SELECT reversal.*, known.payment_id FROM known JOIN named USING (reference) JOIN reversal USING (id)
  ORDER BY reference`

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

type Move = Pick<LedgerEntryFact, 'entryKey' | 'formerKey' | 'currency' | 'lines'>

function movesOfRefund(id: string, { latest, booked, ended, fee }: RefundRegisters): Move[] {
  const { amount, currency } = latest.contents
  if (!booked) return []
  const refunded = moneyOut({ entryKey: `refund:${id}`, account: 'refunds', amount, currency, fee })
  if (!ended) return refunded
  return [...refunded, { entryKey: `refund_failed:${id}`, currency, lines: transfer('cash', 'refunds', amount) }]
}

function movesOfDispute(id: string, dispute: DisputeRegisters): Move[] {
  const { currency } = dispute.latest.contents
  const funds = fundsOf(dispute)
  return (['withdrawn', 'reinstated'] as const).flatMap((direction) =>
    funds[direction].flatMap(({ amount, fee, feeCurrency }, index) =>
      moneyOut({
        entryKey: `${direction}:${id}:${index + 1}`,
        ...(index === 0 && { formerKey: `dispute:${id}:${FORMER_STATUS[direction]}` }),
        account: 'disputes',
        amount: direction === 'withdrawn' ? amount : -amount,
        currency,
        fee: { amount: fee, currency: feeCurrency },
      }),
    ),
  )
}

const FORMER_STATUS: Record<FundsDirection, string> = { withdrawn: 'lost', reinstated: 'won' }

interface MoneyOut extends Pick<Move, 'entryKey' | 'formerKey' | 'currency'> {
  account: LedgerAccount
  /** Negative when the money came back. */
  amount: number
  fee: Fee | undefined
}

/** Cash that went to `account`, and the fee for it: in the same entry, unless its currency is another one. */
function moneyOut({ account, amount, currency, fee, ...keys }: MoneyOut): Move[] {
  const feeAmount = fee?.amount ?? 0
  const ownFee = fee?.currency === currency ? feeAmount : 0
  const lines = linesOf(
    new Map([
      [account, amount],
      ['fees', ownFee],
      ['cash', -amount - ownFee],
    ]),
  )
  const move: Move = { ...keys, currency, lines }
  if (!fee || fee.currency === currency || feeAmount === 0) return [move]
  const feeLines = linesOf(
    new Map([
      ['fees', feeAmount],
      ['cash', -feeAmount],
    ]),
  )
  return [move, { entryKey: `fee:${keys.entryKey}`, currency: fee.currency, lines: feeLines }]
}
