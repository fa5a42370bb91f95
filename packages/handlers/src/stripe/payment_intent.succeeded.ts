import { type Handler, processed } from '@sluice/events'
import { dataOf, originOf } from './object.ts'
import { factsOfPaymentIntent, readPaymentIntent } from './payment-intent.ts'

/**
 * A customer's payment went through. It is booked by the invoice or the Checkout session that it paid, for the intent of
 * newer API versions does not say which: https://docs.stripe.com/payments/payment-intents/verifying-status
 */
export const onPaymentIntentSucceeded: Handler = (event) =>
  processed(factsOfPaymentIntent(readPaymentIntent(dataOf(event).object), true, originOf(event)))
