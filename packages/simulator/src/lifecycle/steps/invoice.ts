import type { SentEvent } from '../../sent-event.ts'
import { invoiceObject, invoicePaymentObject, upcomingInvoice } from '../../stripe-objects/index.ts'
import {
  amountOf,
  type CustomerState,
  DAY,
  emit,
  type InvoiceState,
  metadataOf,
  openInvoice,
  PERIOD,
} from '../state.ts'

export const invoiceSteps = {
  /** As a draft, which Stripe finalizes an hour later. */
  invoice_created: (state: CustomerState) => {
    state.invoice.status = 'draft'
    return emit(state, 'invoice.created', invoice(state))
  },
  invoice_updated: (state: CustomerState) => {
    const previous = { next_payment_attempt: state.invoice.nextAttempt }
    state.invoice.nextAttempt = state.now + 3_600
    return emit(state, 'invoice.updated', invoice(state), previous)
  },
  finalized: (state: CustomerState) => {
    if (state.invoice.index > 1) state.now += 3_600
    state.invoice.status = 'open'
    state.invoice.transitions.finalizedAt = state.now
    return emit(state, 'invoice.finalized', invoice(state))
  },
  /** All events of the first invoice of Checkout show it as paid, since Stripe makes them in one second. */
  invoice_created_paid: (state: CustomerState) => emit(settle(state), 'invoice.created', invoice(state)),
  finalized_paid: (state: CustomerState) => emit(settle(state), 'invoice.finalized', invoice(state)),
  paid: (state: CustomerState) => emit(settle(state), 'invoice.paid', invoice(state)),
  /** The customer paid more than was due; the rest is added to the balance. */
  overpaid: (state: CustomerState) =>
    emit(settle(state), 'invoice.overpaid', { ...invoice(state), amount_overpaid: 100 }),
  /** Only the host can collect the payment. */
  payment_attempt_required: (state: CustomerState) => emit(state, 'invoice.payment_attempt_required', invoice(state)),
  /** The same payment under the second name that Stripe sends it by. */
  payment_succeeded: (state: CustomerState) => emit(settle(state), 'invoice.payment_succeeded', invoice(state)),
  /** Which payment intent paid it. Not sent before 2025-03-31.basil, where the invoice itself names it. */
  invoice_payment: (state: CustomerState) =>
    emit(
      settle(state),
      'invoice_payment.paid',
      invoicePaymentObject({
        id: state.id('inpay_', `invoice payment ${state.invoice.index}`),
        invoiceId: state.invoice.id,
        paymentIntentId: state.payment.intentId,
        amount: amountOf(state.invoice),
        created: state.now,
      }),
    ),
  /** A failed attempt to charge the open invoice, or the next period.s if that is paid. */
  payment_failed: (state: CustomerState) =>
    attempt(state, state.invoice.reason === 'subscription_create' ? null : 3 * DAY),
  /** Stripe plans no further attempt. */
  last_payment_failed: (state: CustomerState) => attempt(state, null),
  /** The bank wants the customer to confirm. */
  action_required: (state: CustomerState) => emit(state, 'invoice.payment_action_required', invoice(state)),
  voided: (state: CustomerState) => {
    state.invoice.transitions.voidedAt = state.now
    return close(state, 'void', 'invoice.voided')
  },
  uncollectible: (state: CustomerState) => {
    state.invoice.transitions.uncollectibleAt = state.now
    return close(state, 'uncollectible', 'invoice.marked_uncollectible')
  },
  /** Only a draft can be deleted. */
  invoice_deleted: (state: CustomerState) => emit(state, 'invoice.deleted', invoice(state)),
  overdue: (state: CustomerState) => emit(state, 'invoice.overdue', invoice(state)),
  will_be_due: (state: CustomerState) => emit(state, 'invoice.will_be_due', invoice(state)),
  finalization_failed: (state: CustomerState) => {
    state.invoice.status = 'draft'
    const error = {
      code: 'customer_tax_location_invalid',
      message: 'The address is not one.',
      type: 'invalid_request_error',
    }
    return emit(state, 'invoice.finalization_failed', { ...invoice(state), last_finalization_error: error })
  },
  /** A week before the next period. */
  upcoming: (state: CustomerState) => {
    state.now = state.subscription.periodEnd - 7 * DAY
    const { periodStart, periodEnd } = state.subscription
    const next = {
      ...invoiceOptions(state),
      billingReason: 'upcoming',
      attemptCount: 0,
      nextPaymentAttempt: periodEnd,
    }
    return emit(state, 'invoice.upcoming', upcomingInvoice({ ...next, created: periodEnd, periodStart, periodEnd }))
  },
}

/** The invoice is paid, if it was not yet. */
function settle(state: CustomerState): CustomerState {
  const { invoice: held } = state
  if (held.status === 'paid') return state
  state.now = held.nextAttempt ?? state.now + 1
  held.status = 'paid'
  if (amountOf(held) > 0) held.attempts += 1
  held.nextAttempt = null
  held.transitions.finalizedAt ??= state.now
  held.transitions.paidAt = state.now
  state.payment.created = state.now
  return state
}

function attempt(state: CustomerState, next: number | null): SentEvent {
  if (state.invoice.status === 'paid') openNextPeriod(state)
  const { invoice: held } = state
  state.now = held.nextAttempt ?? state.now + 60
  held.attempts += 1
  held.nextAttempt = next === null ? null : state.now + next
  return emit(state, 'invoice.payment_failed', invoice(state))
}

/** Without an event of the subscription, which may be late or lost. */
function openNextPeriod(state: CustomerState): void {
  state.now = Math.max(state.now, state.subscription.periodEnd)
  openInvoice(state, 'subscription_cycle')
}

function close(state: CustomerState, status: InvoiceState['status'], type: string): SentEvent {
  state.invoice.status = status
  state.invoice.nextAttempt = null
  return emit(state, type, invoice(state))
}

const invoice = (state: CustomerState) => invoiceObject(invoiceOptions(state))

function invoiceOptions(state: CustomerState) {
  const { invoice: held, payment, subscription, customer, version } = state
  const amount = amountOf(held)
  const isCharged = held.attempts > 0 && amount > 0
  return {
    id: held.id,
    customerId: customer.id,
    subscriptionId: subscription.id,
    status: held.status,
    amount,
    tax: Math.round((amount * 19) / 119),
    created: held.created,
    periodStart:
      held.reason === 'subscription_create' ? held.created : held.created - PERIOD[subscription.price.interval],
    periodEnd: held.created,
    billingReason: held.reason,
    attemptCount: held.attempts,
    nextPaymentAttempt: held.nextAttempt,
    email: customer.email,
    lines: held.lines,
    transitions: held.transitions,
    paymentIntentId: isCharged ? payment.intentId : null,
    chargeId: isCharged ? payment.chargeId : null,
    metadata: metadataOf(state),
    version,
  }
}
