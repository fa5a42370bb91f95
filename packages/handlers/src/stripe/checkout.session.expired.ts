import { type Handler, processed } from '@sluice/events'
import { factsOfCheckoutSession, readCheckoutSession } from './checkout-session.ts'
import { originOf } from './object.ts'

/** A buyer left Checkout and did not come back: nothing was bought (https://docs.stripe.com/api/checkout/sessions). */
export const onCheckoutSessionExpired: Handler = (event) =>
  processed(factsOfCheckoutSession(readCheckoutSession(event), originOf(event)))
