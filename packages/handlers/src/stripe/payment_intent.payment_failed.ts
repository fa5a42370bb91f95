import { type Effect, type Handler, processed, type StripeFact } from '@sluice/events'
import { effectKey, MOMENT_SECONDS } from './effect-key.ts'
import { dataOf, originOf } from './object.ts'
import { factsOfPaymentIntent, type PaymentIntent, readPaymentIntent } from './payment-intent.ts'

/**
 * A payment intent failed.
 *
 * The intent may still succeed: most buyers correct their entry and pay a moment later. The customer is notified once
 * if the host created the intent for a user and nothing has been paid ten minutes later. Invoices and Checkout have
 * their own notifications.
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

const GRACE_MS = 600_000

function notificationOf({ id, customerId, userId, invoiceId }: PaymentIntent, origin: StripeFact): Effect[] {
  if (!userId || !customerId || invoiceId) return []
  return [
    {
      key: effectKey(origin, `payment_intent_failed:${id}`),
      kind: 'payment_intent.failed',
      payload: { paymentIntentId: id, customerId, failedAt: origin.occurredAt.toISOString() },
      availableAt: new Date(origin.occurredAt.getTime() + GRACE_MS),
      waitSeconds: MOMENT_SECONDS,
    },
  ]
}
