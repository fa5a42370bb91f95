import { type Handler, processed } from '@sluice/events'
import { dataOf, originOf } from './object.ts'
import { factsOfPaymentIntent, readPaymentIntent } from './payment-intent.ts'

/**
 * A payment intent succeeded.
 *
 * The amount received is that of its Checkout session, or a payment of its own if neither an invoice nor a session claims
 * the intent in time. Newer API versions of the intent name neither:
 * https://docs.stripe.com/payments/payment-intents/verifying-status
 */
export const onPaymentIntentSucceeded: Handler = (event) =>
  processed(factsOfPaymentIntent(readPaymentIntent(dataOf(event).object), true, originOf(event)))
