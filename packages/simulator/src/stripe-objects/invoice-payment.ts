export interface InvoicePaymentOptions {
  id: string
  invoiceId: string
  paymentIntentId: string
  /** In the currency's minor unit. */
  amount: number
  /** Unix seconds. */
  created: number
}

/** Which payment paid which invoice, since 2025-03-31.basil: https://docs.stripe.com/api/invoice-payment/object */
export const invoicePaymentObject = ({ id, invoiceId, paymentIntentId, amount, created }: InvoicePaymentOptions) => ({
  id,
  object: 'invoice_payment',
  amount_paid: amount,
  amount_requested: amount,
  created,
  currency: 'usd',
  invoice: invoiceId,
  is_default: true,
  livemode: false,
  payment: { payment_intent: paymentIntentId, type: 'payment_intent' },
  status: 'paid',
  status_transitions: { canceled_at: null, paid_at: created },
})
