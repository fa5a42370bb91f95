import {
  type CheckoutEntitlementFact,
  type Handler,
  type PaymentFact,
  processed,
  type StripeFact,
} from '@sluice/events'
import {
  buyerOf,
  type CheckoutSession,
  factsOfCheckoutSession,
  isOneOff,
  isPaid,
  priceOf,
  readCheckoutSession,
} from './checkout-session.ts'
import { originOf } from './object.ts'

/**
 * A buyer completed Checkout, or the delayed payment of a completed Checkout succeeded.
 *
 * A one-off payment is booked once, under the session's id. Payments of a subscription, and of a session that creates an
 * invoice, are booked by the invoice.
 *
 * https://docs.stripe.com/checkout/fulfillment
 */
export const onCheckoutSessionCompleted: Handler = (event) => {
  const session = readCheckoutSession(event)
  const origin = originOf(event)
  return processed([
    ...factsOfCheckoutSession(session, origin),
    ...entitlementOf(session, origin),
    ...paymentsOf(session, origin),
  ])
}

/** A subscription that is paid, or needs no payment now as in a trial, gives access before its own events arrive. */
function entitlementOf(session: CheckoutSession, origin: StripeFact): CheckoutEntitlementFact[] {
  const { customer, subscription, status, payment_status } = session
  if (!customer || !subscription || (session.mode && session.mode !== 'subscription')) return []
  if (status !== 'complete' || !['paid', 'no_payment_required'].includes(payment_status ?? '')) return []
  return [{ kind: 'checkoutEntitlement', subscriptionId: subscription, customerId: customer, ...origin }]
}

/** A session whose payment intent is known is booked from the merged facts about the intent. */
export function paymentsOf(session: CheckoutSession, origin: StripeFact): PaymentFact[] {
  const price = priceOf(session)
  if (!price || !isOneOff(session) || !isPaid(session)) return []
  if (session.payment_intent || session.invoice_creation?.enabled) return []
  return [
    {
      kind: 'payment',
      paymentId: session.id,
      status: 'succeeded',
      stripeInvoiceId: null,
      stripeSubscriptionId: null,
      stripeCustomerId: session.customer ?? null,
      currency: price.currency,
      money: { amount: price.amountTotal, external: 0, total: price.amountTotal, tax: price.amountTax },
      precedence: 0,
      attemptCount: 1,
      nextPaymentAttempt: null,
      ...buyerOf(session),
      ...origin,
    },
  ]
}
