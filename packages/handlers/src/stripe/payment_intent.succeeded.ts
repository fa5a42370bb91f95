import { type Handler, processed } from '@sluice/events'
import { dataOf, originOf } from './object.ts'
import { factsOfPaymentIntent, readPaymentIntent } from './payment-intent.ts'

/**
 * A payment intent succeeded.
 *
 * The invoice or Checkout session that it paid books the payment, since in newer API versions the intent names neither:
 * https://docs.stripe.com/payments/payment-intents/verifying-status
 */
export const onPaymentIntentSucceeded: Handler = (event) =>
  processed(factsOfPaymentIntent(readPaymentIntent(dataOf(event).object), true, originOf(event)))
