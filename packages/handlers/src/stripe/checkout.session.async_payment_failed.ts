import { type Handler, processed } from '@sluice/events'
import { factsOfCheckoutSession, isPaid, readCheckoutSession } from './checkout-session.ts'
import { effectKey } from './effect-key.ts'
import { originOf } from './object.ts'

/**
 * The delayed payment of a completed Checkout failed.
 *
 * The buyer is notified once. The payment of a subscription is an invoice's, which has its own e-mails.
 *
 * https://docs.stripe.com/checkout/fulfillment
 */
export const onCheckoutSessionAsyncPaymentFailed: Handler = (event) => {
  const session = readCheckoutSession(event)
  const origin = originOf(event)
  const facts = factsOfCheckoutSession(session, origin)
  if (isPaid(session) || session.mode === 'subscription' || session.subscription) return processed(facts)
  const key = effectKey(origin, `checkout_failed:${session.id}`)
  return processed(facts, [{ key, kind: 'checkout.failed', payload: { sessionId: session.id } }])
}
