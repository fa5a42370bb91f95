import type { SentEvent } from '../sent-event.ts'
import { checkoutSession } from '../stripe-objects/index.ts'
import { amountOf, DAY, type Life, tell } from './life.ts'

const ORDER_AMOUNT = 3_000

export const checkoutSteps = {
  /** Checkout of the subscription is finished: the customer's user becomes known. */
  checkout: (life: Life) =>
    tell(
      life,
      'checkout.session.completed',
      checkoutSession({
        ...sessionOf(life),
        mode: 'subscription',
        subscriptionId: life.subscription.id,
        invoiceId: life.invoice.id,
        amount: amountOf(life.invoice),
      }),
    ),
  /** A day after it was opened, with nothing bought. */
  session_expired: (life: Life) => {
    life.now += DAY
    const session = { ...sessionOf(life), customerId: null, status: 'expired', paymentStatus: 'unpaid' } as const
    return tell(
      life,
      'checkout.session.expired',
      checkoutSession({ ...session, mode: 'payment', amount: ORDER_AMOUNT }),
    )
  },
  /** Something bought once. */
  order: (life: Life) => order(life, 'checkout.session.completed', 'paid'),
  /** Bought by a debit that takes days. */
  order_unpaid: (life: Life) => order(life, 'checkout.session.completed', 'unpaid'),
  order_paid: (life: Life) => order(later(life), 'checkout.session.async_payment_succeeded', 'paid'),
  order_failed: (life: Life) => order(later(life), 'checkout.session.async_payment_failed', 'unpaid'),
}

function order(life: Life, type: string, paymentStatus: 'paid' | 'unpaid'): SentEvent {
  life.payment = {
    intentId: life.id('pi_', 'intent of order'),
    chargeId: life.id('ch_', 'charge of order'),
    invoiceId: null,
    amount: ORDER_AMOUNT,
    created: life.now,
    refunds: [],
    disputed: false,
  }
  const { intentId: paymentIntentId, amount } = life.payment
  return tell(
    life,
    type,
    checkoutSession({ ...sessionOf(life), mode: 'payment', paymentStatus, paymentIntentId, amount }),
  )
}

const sessionOf = ({ id, customer, options, subscription }: Life) => ({
  id: id('cs_test_', 'session'),
  customerId: customer.id,
  userId: options.userId ?? null,
  email: customer.email,
  created: subscription.created,
})

function later(life: Life): Life {
  life.now += 3 * DAY
  return life
}
