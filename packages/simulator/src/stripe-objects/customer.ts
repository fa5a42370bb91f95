export interface CustomerOptions {
  id: string
  email: string | null
  /** Unix seconds. */
  created: number
  paymentMethodId?: string | null
  metadata?: Record<string, string>
}

/** https://docs.stripe.com/api/customers/object */
export const customerObject = ({ id, email, created, paymentMethodId = null, metadata = {} }: CustomerOptions) => ({
  id,
  object: 'customer',
  address: null,
  balance: 0,
  created,
  currency: 'usd',
  default_source: null,
  delinquent: false,
  description: null,
  email,
  invoice_prefix: id.slice(-8).toUpperCase(),
  invoice_settings: { custom_fields: null, default_payment_method: paymentMethodId, footer: null },
  livemode: false,
  metadata,
  name: null,
  phone: null,
  preferred_locales: ['en'],
  shipping: null,
  tax_exempt: 'none',
})
