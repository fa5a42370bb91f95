import { type Fact, type Handler, hasRefundEnded, processed, type StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { ExpandedTransaction, feeOf } from './balance-transaction.ts'
import { amount, dataOf, originOf, reference } from './object.ts'
import { referencesTo } from './payment-reference.ts'

export const RefundBody = z.object({
  id: z.string().min(1),
  charge: reference,
  payment_intent: reference,
  amount,
  currency: z.string().min(1),
  /** Absent from old refunds, which succeeded at once. */
  status: z.string().nullish(),
  balance_transaction: ExpandedTransaction,
})

/**
 * A refund was created, updated or failed.
 *
 * A refund that succeeded may still fail later, which returns the money. `charge.refund.updated` is the older name of
 * `refund.updated`.
 *
 * https://docs.stripe.com/refunds
 */
export const onRefund: Handler = (event) => {
  const refund = read(RefundBody, dataOf(event).object, 'refund')
  const hasFailed = event.type === 'refund.failed' && !hasRefundEnded(refund.status ?? '')
  return processed(factsOfRefund(hasFailed ? { ...refund, status: 'failed' } : refund, originOf(event)))
}

/** The refund, and the references that link it to its payment. */
export function factsOfRefund(refund: z.output<typeof RefundBody>, origin: StripeFact): Fact[] {
  return [
    ...referencesTo([refund.payment_intent, refund.charge], origin),
    {
      kind: 'refund',
      refundId: refund.id,
      chargeId: refund.charge ?? null,
      paymentIntentId: refund.payment_intent ?? null,
      amount: refund.amount,
      currency: refund.currency,
      status: refund.status ?? 'succeeded',
      ...feeOf(refund.balance_transaction, refund.currency),
      ...origin,
    },
  ]
}
