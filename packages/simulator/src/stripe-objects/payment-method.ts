export interface PaymentMethodOptions {
  id: string
  /** Null once it is detached. */
  customerId: string | null
  /** Unix seconds. */
  created: number
  expiryYear?: number
}

/** https://docs.stripe.com/api/payment_methods/object */
export const paymentMethodObject = ({ id, customerId, created, expiryYear = 2_030 }: PaymentMethodOptions) => ({
  id,
  object: 'payment_method',
  allow_redisplay: 'unspecified',
  billing_details: { address: null, email: null, name: null, phone: null },
  card: {
    brand: 'visa',
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    exp_month: 8,
    exp_year: expiryYear,
    funding: 'credit',
    last4: '4242',
    networks: { available: ['visa'], preferred: null },
    wallet: null,
  },
  created,
  customer: customerId,
  livemode: false,
  metadata: {},
  type: 'card',
})
