import { type Effect, type Handler, processed, type StripeFact } from '@sluice/events'
import { effectKey } from './effect-key.ts'
import { dataOf, originOf } from './object.ts'
import { factsOfPaymentIntent, type PaymentIntent, readPaymentIntent } from './payment-intent.ts'

/**
 * A payment intent failed.
 *
 * The intent may still succeed. The customer is notified once if the host created the intent for a user. Invoices and
 * Checkout have their own notifications.
 *
 * https://docs.stripe.com/payments/payment-intents/verifying-status
 */
export const onPaymentIntentFailed: Handler = (event) => {
  const intent = readPaymentIntent(dataOf(event).object)
  const origin = originOf(event)
  const hasSucceeded = intent.status === 'succeeded'
  return processed(
    factsOfPaymentIntent(intent, hasSucceeded, origin),
    hasSucceeded ? [] : notificationOf(intent, origin),
  )
}

function notificationOf({ id, customerId, userId, invoiceId }: PaymentIntent, origin: StripeFact): Effect[] {
  if (!userId || !customerId || invoiceId) return []
  return [
    {
      key: effectKey(origin, `payment_intent_failed:${id}`),
      kind: 'payment_intent.failed',
      payload: { paymentIntentId: id, customerId },
    },
  ]
}
