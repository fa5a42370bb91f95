import { type Handler, processed } from '@sluice/events'
import { dataOf, originOf } from './object.ts'
import { factsOfPaymentIntent, readPaymentIntent } from './payment-intent.ts'

/**
 * A payment intent succeeded.
 *
 * The payment is booked by the events of its invoice or Checkout session, because newer API versions of the intent name
 * neither:
 * https://docs.stripe.com/payments/payment-intents/verifying-status
 */
export const onPaymentIntentSucceeded: Handler = (event) =>
  processed(factsOfPaymentIntent(readPaymentIntent(dataOf(event).object), true, originOf(event)))
