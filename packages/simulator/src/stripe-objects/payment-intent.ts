import { type ApiVersion, embedsCharges, isBeforeBasil, NEWEST_VERSION } from '../api-version.ts'
import { chargeObject } from './charge.ts'

export interface PaymentIntentOptions {
  id: string
  chargeId: string
  customerId: string | null
  /** In the currency's minor unit. */
  amount: number
  /** Unix seconds. */
  created: number
  succeeded: boolean
  /** Present before 2025-03-31.basil only. */
  invoiceId?: string | null
  metadata?: Record<string, string>
  version?: ApiVersion
}

const DECLINED = {
  type: 'card_error',
  code: 'card_declined',
  decline_code: 'insufficient_funds',
  message: 'Your card has insufficient funds.',
}

/** https://docs.stripe.com/api/payment_intents/object */
export function paymentIntentObject({ version = NEWEST_VERSION, ...options }: PaymentIntentOptions) {
  const { id, amount, chargeId, created, succeeded } = options
  const charges = succeeded ? [chargeObject({ ...options, id: chargeId, paymentIntentId: id, version })] : []
  return {
    id,
    object: 'payment_intent',
    amount,
    amount_capturable: 0,
    amount_received: succeeded ? amount : 0,
    canceled_at: null,
    capture_method: 'automatic',
    ...(embedsCharges(version) && {
      charges: { object: 'list', data: charges, has_more: false, total_count: charges.length },
    }),
    confirmation_method: 'automatic',
    created,
    currency: 'usd',
    customer: options.customerId,
    ...(isBeforeBasil(version) && { invoice: options.invoiceId ?? null }),
    last_payment_error: succeeded ? null : DECLINED,
    latest_charge: chargeId,
    livemode: false,
    metadata: options.metadata ?? {},
    next_action: null,
    payment_method: null,
    payment_method_types: ['card'],
    status: succeeded ? 'succeeded' : 'requires_payment_method',
  }
}
