import type { SentEvent } from '../../sent-event.ts'
import { checkoutSession } from '../../stripe-objects/index.ts'
import { amountOf, type CustomerState, DAY, emit } from '../state.ts'

const ORDER_AMOUNT = 3_000

export const checkoutSteps = {
  /** Checkout of the subscription completes; the session links the customer to a user. */
  checkout: (state: CustomerState) =>
    emit(
      state,
      'checkout.session.completed',
      checkoutSession({
        ...sessionOf(state),
        mode: 'subscription',
        subscriptionId: state.subscription.id,
        invoiceId: state.invoice.id,
        amount: amountOf(state.invoice),
      }),
    ),
  /** The session expires a day after it was opened. */
  session_expired: (state: CustomerState) => {
    state.now += DAY
    const session = { ...sessionOf(state), customerId: null, status: 'expired', paymentStatus: 'unpaid' } as const
    return emit(
      state,
      'checkout.session.expired',
      checkoutSession({ ...session, mode: 'payment', amount: ORDER_AMOUNT }),
    )
  },
  /** A one-off purchase. */
  order: (state: CustomerState) => order(state, 'checkout.session.completed', 'paid'),
  /** A one-off purchase by a debit that takes days. */
  order_unpaid: (state: CustomerState) => order(state, 'checkout.session.completed', 'unpaid'),
  order_paid: (state: CustomerState) => order(later(state), 'checkout.session.async_payment_succeeded', 'paid'),
  order_failed: (state: CustomerState) => order(later(state), 'checkout.session.async_payment_failed', 'unpaid'),
}

function order(state: CustomerState, type: string, paymentStatus: 'paid' | 'unpaid'): SentEvent {
  const intentId = state.id('pi_', 'intent of order')
  // A debit begins once, and its end is another event of the same payment.
  const created = state.payment.intentId === intentId ? state.payment.created : state.now
  state.payment = {
    intentId,
    chargeId: state.id('ch_', 'charge of order'),
    invoiceId: null,
    amount: ORDER_AMOUNT,
    created,
    refunds: [],
    disputed: false,
    movements: [],
  }
  const { amount } = state.payment
  return emit(
    state,
    type,
    checkoutSession({ ...sessionOf(state), mode: 'payment', paymentStatus, paymentIntentId: intentId, amount }),
  )
}

const sessionOf = ({ id, customer, options, subscription }: CustomerState) => ({
  id: id('cs_test_', 'session'),
  customerId: customer.id,
  userId: options.userId ?? null,
  email: customer.email,
  created: subscription.created,
})

function later(state: CustomerState): CustomerState {
  state.now += 3 * DAY
  return state
}
