export interface CheckoutSessionOptions {
  id: string
  customerId: string | null
  mode: 'payment' | 'subscription' | 'setup'
  userId?: string | null
  email?: string | null
  subscriptionId?: string | null
  invoiceId?: string | null
  /** Of a one-off payment. Default: derived from the session.s id. */
  paymentIntentId?: string
  status?: 'open' | 'complete' | 'expired'
  paymentStatus?: 'paid' | 'unpaid' | 'no_payment_required'
  /** In the currency's minor unit. */
  amount?: number | null
  /** Unix seconds. */
  created: number
}

/** https://docs.stripe.com/api/checkout/sessions/object */
export function checkoutSession(options: CheckoutSessionOptions) {
  const { id, mode, email, amount = null } = options
  return {
    id,
    object: 'checkout.session',
    amount_subtotal: amount,
    amount_total: amount,
    client_reference_id: options.userId ?? null,
    created: options.created,
    currency: amount === null ? null : 'usd',
    customer: options.customerId,
    customer_details: email ? { address: null, email, name: null, phone: null, tax_exempt: 'none', tax_ids: [] } : null,
    customer_email: null,
    expires_at: options.created + 86_400,
    invoice: options.invoiceId ?? null,
    livemode: false,
    metadata: {},
    mode,
    payment_intent: mode === 'payment' ? (options.paymentIntentId ?? id.replace('cs_', 'pi_')) : null,
    payment_method_types: ['card'],
    payment_status: options.paymentStatus ?? 'paid',
    setup_intent: null,
    status: options.status ?? 'complete',
    subscription: options.subscriptionId ?? null,
    success_url: 'https://example.com/thanks',
    url: null,
  }
}
