import type { Effect, PaymentFact } from '@sluice/events'
import { effectKey } from '../effect-key.ts'

/** The customer gets the document of an invoice once, when it is paid. One of nothing, as for a trial, has none. */
export function generateInvoice(payment: PaymentFact): Effect[] {
  const { paymentId, amount } = payment
  if (amount <= 0) return []
  return [{ key: effectKey(payment, `invoice:${paymentId}`), kind: 'invoice', payload: { paymentId } }]
}
