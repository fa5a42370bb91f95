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
  isPaid,
  readCheckoutSession,
} from './checkout-session.ts'
import { originOf } from './object.ts'
import { generateReceipt, updateAccounting } from './subscription-payment-workflow.ts'

/**
 * A buyer completed Checkout, or the delayed payment of a completed Checkout succeeded.
 *
 * A one-off payment is booked once, under the session's id. Payments of a subscription are booked by its invoices.
 *
 * https://docs.stripe.com/checkout/fulfillment
 */
export const onCheckoutSessionCompleted: Handler = (event) => {
  const session = readCheckoutSession(event)
  const origin = originOf(event)
  const payments = paymentsOf(session, origin)
  return processed(
    [
      ...factsOfCheckoutSession(session, origin),
      ...entitlementOf(session, origin),
      ...payments,
      ...payments.flatMap(updateAccounting),
    ],
    payments.flatMap(generateReceipt),
  )
}

/** A subscription that is paid, or needs no payment now as in a trial, gives access before its own events arrive. */
function entitlementOf(session: CheckoutSession, origin: StripeFact): CheckoutEntitlementFact[] {
  const { customer, subscription, status, payment_status } = session
  if (!customer || !subscription || (session.mode && session.mode !== 'subscription')) return []
  if (status !== 'complete' || !['paid', 'no_payment_required'].includes(payment_status ?? '')) return []
  return [{ kind: 'checkoutEntitlement', subscriptionId: subscription, customerId: customer, ...origin }]
}

function paymentsOf(session: CheckoutSession, origin: StripeFact): PaymentFact[] {
  const { id, customer, amount_total, currency } = session
  if (!isOneOff(session) || !isPaid(session)) return []
  if (!amount_total || amount_total < 0 || !currency) return []
  return [
    {
      kind: 'payment',
      paymentId: id,
      status: 'succeeded',
      stripeInvoiceId: null,
      stripeSubscriptionId: null,
      stripeCustomerId: customer ?? null,
      amount: amount_total,
      currency,
      attemptCount: 1,
      nextPaymentAttempt: null,
      ...buyerOf(session),
      ...origin,
    },
  ]
}

/** A session with an invoice is booked by `invoice.paid`. Sessions before 2020 may have no `mode`. */
function isOneOff({ mode, invoice, subscription, setup_intent }: CheckoutSession): boolean {
  if (invoice) return false
  return mode ? mode === 'payment' : !subscription && !setup_intent
}
