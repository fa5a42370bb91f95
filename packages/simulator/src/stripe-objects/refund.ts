export interface RefundOptions {
  id: string
  chargeId: string
  paymentIntentId: string
  /** In the currency's minor unit. */
  amount: number
  status: 'pending' | 'succeeded' | 'failed' | 'canceled'
  /** Unix seconds. */
  created: number
}

/** https://docs.stripe.com/api/refunds/object */
export const refundObject = ({ id, chargeId, paymentIntentId, amount, status, created }: RefundOptions) => ({
  id,
  object: 'refund',
  amount,
  balance_transaction: id.replace('re_', 'txn_'),
  charge: chargeId,
  created,
  currency: 'usd',
  ...(status === 'failed' && { failure_reason: 'lost_or_stolen_card' }),
  metadata: {},
  payment_intent: paymentIntentId,
  reason: 'requested_by_customer',
  receipt_number: null,
  source_transfer_reversal: null,
  status,
  transfer_reversal: null,
})
