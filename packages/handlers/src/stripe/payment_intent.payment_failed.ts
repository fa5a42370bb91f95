import { type Effect, type Handler, processed, type StripeFact } from '@sluice/events'
import { effectKey } from './effect-key.ts'
import { dataOf, originOf } from './object.ts'
import { factsOfPaymentIntent, type PaymentIntent, readPaymentIntent } from './payment-intent.ts'

/**
 * A customer's payment did not go through, and may yet. The customer is told once when the host itself asked for it, for
 * a user that its metadata names; invoices and Checkout tell the buyer themselves.
 *
 * https://docs.stripe.com/payments/payment-intents/verifying-status
 */
export const onPaymentIntentFailed: Handler = (event) => {
  const intent = readPaymentIntent(dataOf(event).object)
  const origin = originOf(event)
  const hasSucceeded = intent.status === 'succeeded'
  return processed(factsOfPaymentIntent(intent, hasSucceeded, origin), hasSucceeded ? [] : noticeOf(intent, origin))
}

function noticeOf({ id, customerId, userId, invoiceId }: PaymentIntent, origin: StripeFact): Effect[] {
  if (!userId || !customerId || invoiceId) return []
  return [
    {
      key: effectKey(origin, `payment_intent_failed:${id}`),
      kind: 'payment_intent.failed',
      payload: { paymentIntentId: id, customerId },
    },
  ]
}
