import type { Effect, PaymentFact } from '@sluice/events'
import { effectKey } from '../effect-key.ts'

/** The customer gets one receipt for a payment. A payment of nothing, as for a trial, is not receipted. */
export function generateReceipt(payment: PaymentFact): Effect[] {
  const { paymentId, amount } = payment
  if (amount <= 0) return []
  return [{ key: effectKey(payment, `receipt:${paymentId}`), kind: 'receipt', payload: { paymentId } }]
}
