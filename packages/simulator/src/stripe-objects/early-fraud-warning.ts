export interface EarlyFraudWarningOptions {
  id: string
  chargeId: string
  paymentIntentId: string
  /** False once the charge is fully refunded or disputed. */
  actionable: boolean
  /** Unix seconds. */
  created: number
}

/** https://docs.stripe.com/api/radar/early_fraud_warnings/object */
export const earlyFraudWarningObject = (options: EarlyFraudWarningOptions) => ({
  id: options.id,
  object: 'radar.early_fraud_warning',
  actionable: options.actionable,
  charge: options.chargeId,
  created: options.created,
  fraud_type: 'unauthorized_use_of_card',
  livemode: false,
  payment_intent: options.paymentIntentId,
})
