import { type Handler, processed } from '@sluice/events'
import { factsOfCheckoutSession, readCheckoutSession } from './checkout-session.ts'
import { originOf } from './object.ts'

/**
 * A Checkout session expired before the buyer completed it.
 *
 * https://docs.stripe.com/api/checkout/sessions/expire
 */
export const onCheckoutSessionExpired: Handler = (event) =>
  processed(factsOfCheckoutSession(readCheckoutSession(event), originOf(event)))
