import { type ApiVersion, embedsCharges, isBeforeBasil, NEWEST_VERSION } from '../api-version.ts'
import { type RefundOptions, refundObject } from './refund.ts'

export interface ChargeOptions {
  id: string
  paymentIntentId: string
  customerId: string | null
  /** In the currency's minor unit. */
  amount: number
  /** Unix seconds. */
  created: number
  /** Present before 2025-03-31.basil only. */
  invoiceId?: string | null
  /** The sum of all refunds that did not fail. */
  amountRefunded?: number
  /** Newest first, as Stripe lists them; present before 2022-11-15 only. */
  refunds?: readonly RefundOptions[]
  disputed?: boolean
  version?: ApiVersion
}

/** https://docs.stripe.com/api/charges/object */
export function chargeObject({ version = NEWEST_VERSION, ...options }: ChargeOptions) {
  const { id, amount, amountRefunded = 0 } = options
  const refunds = (options.refunds ?? []).map(refundObject)
  return {
    id,
    object: 'charge',
    amount,
    amount_captured: amount,
    amount_refunded: amountRefunded,
    balance_transaction: id.replace('ch_', 'txn_'),
    captured: true,
    created: options.created,
    currency: 'usd',
    customer: options.customerId,
    description: null,
    disputed: options.disputed ?? false,
    failure_code: null,
    failure_message: null,
    ...(isBeforeBasil(version) && { invoice: options.invoiceId ?? null }),
    livemode: false,
    metadata: {},
    paid: true,
    payment_intent: options.paymentIntentId,
    refunded: amountRefunded === amount,
    ...(embedsCharges(version) && {
      refunds: {
        object: 'list',
        data: refunds,
        has_more: false,
        total_count: refunds.length,
        url: `/v1/charges/${id}/refunds`,
      },
    }),
    status: 'succeeded',
  }
}
