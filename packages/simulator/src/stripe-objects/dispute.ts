import { type BalanceTransactionOptions, balanceTransactionObject } from './balance-transaction.ts'

export interface DisputeOptions {
  id: string
  chargeId: string
  paymentIntentId: string
  /** In the currency's minor unit. */
  amount: number
  status: string
  /** Unix seconds, as all times here. */
  created: number
  evidenceDueBy: number
  /** All movements of its money so far. */
  movements: readonly Omit<BalanceTransactionOptions, 'disputeId'>[]
}

/** https://docs.stripe.com/api/disputes/object */
export const disputeObject = (options: DisputeOptions) => ({
  id: options.id,
  object: 'dispute',
  amount: options.amount,
  balance_transactions: options.movements.map((movement) =>
    balanceTransactionObject({ ...movement, disputeId: options.id }),
  ),
  charge: options.chargeId,
  created: options.created,
  currency: 'usd',
  evidence: {},
  evidence_details: { due_by: options.evidenceDueBy, has_evidence: false, past_due: false, submission_count: 0 },
  is_charge_refundable: false,
  livemode: false,
  metadata: {},
  payment_intent: options.paymentIntentId,
  reason: 'fraudulent',
  status: options.status,
})
