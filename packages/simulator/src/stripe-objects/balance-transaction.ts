export interface BalanceTransactionOptions {
  id: string
  disputeId: string
  /** In the currency's minor unit, negative when money is withdrawn. */
  amount: number
  fee: number
  /** Unix seconds. */
  created: number
}

/** A movement of the balance because of a dispute: https://docs.stripe.com/api/balance_transactions/object */
export const balanceTransactionObject = ({ id, disputeId, amount, fee, created }: BalanceTransactionOptions) => ({
  id,
  object: 'balance_transaction',
  amount,
  available_on: created,
  balance_type: 'payments',
  created,
  currency: 'usd',
  description: amount < 0 ? 'Chargeback withdrawal' : 'Chargeback reversal',
  exchange_rate: null,
  fee,
  fee_details:
    fee === 0
      ? []
      : [{ amount: fee, application: null, currency: 'usd', description: 'Dispute fee', type: 'stripe_fee' }],
  net: amount - fee,
  reporting_category: amount < 0 ? 'dispute' : 'dispute_reversal',
  source: disputeId,
  status: 'available',
  type: 'adjustment',
})
