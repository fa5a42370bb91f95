import type { SentEvent } from '../sent-event.ts'
import { invoiceObject, invoicePaymentObject, upcomingInvoice } from '../stripe-objects/index.ts'
import { amountOf, DAY, type Life, type LifeInvoice, metadataOf, openInvoice, PERIOD, tell } from './life.ts'

export const invoiceSteps = {
  /** As a draft, which Stripe finalizes an hour later. */
  invoice_created: (life: Life) => {
    life.invoice.status = 'draft'
    return tell(life, 'invoice.created', invoice(life))
  },
  invoice_updated: (life: Life) => {
    const previous = { next_payment_attempt: life.invoice.nextAttempt }
    life.invoice.nextAttempt = life.now + 3_600
    return tell(life, 'invoice.updated', invoice(life), previous)
  },
  finalized: (life: Life) => {
    if (life.invoice.index > 1) life.now += 3_600
    life.invoice.status = 'open'
    return tell(life, 'invoice.finalized', invoice(life))
  },
  /** Of the first invoice of Checkout all events show the end of that second, when it was paid. */
  invoice_created_paid: (life: Life) => tell(settle(life), 'invoice.created', invoice(life)),
  finalized_paid: (life: Life) => tell(settle(life), 'invoice.finalized', invoice(life)),
  paid: (life: Life) => tell(settle(life), 'invoice.paid', invoice(life)),
  /** Stripe tells of the same payment under its second name. */
  payment_succeeded: (life: Life) => tell(settle(life), 'invoice.payment_succeeded', invoice(life)),
  /** Which payment intent paid it. Not told before 2025-03-31.basil, where the invoice itself names it. */
  invoice_payment: (life: Life) =>
    tell(
      settle(life),
      'invoice_payment.paid',
      invoicePaymentObject({
        id: life.id('inpay_', `invoice payment ${life.invoice.index}`),
        invoiceId: life.invoice.id,
        paymentIntentId: life.payment.intentId,
        amount: amountOf(life.invoice),
        created: life.now,
      }),
    ),
  /** An attempt to charge; after a paid invoice, that of the next period. */
  payment_failed: (life: Life) => attempt(life, life.invoice.reason === 'subscription_create' ? null : 3 * DAY),
  /** Stripe plans no further attempt. */
  last_payment_failed: (life: Life) => attempt(life, null),
  /** The bank wants the customer to confirm. */
  action_required: (life: Life) => tell(life, 'invoice.payment_action_required', invoice(life)),
  voided: (life: Life) => close(life, 'void', 'invoice.voided'),
  uncollectible: (life: Life) => close(life, 'uncollectible', 'invoice.marked_uncollectible'),
  /** Only a draft can be deleted. */
  invoice_deleted: (life: Life) => tell(life, 'invoice.deleted', invoice(life)),
  overdue: (life: Life) => tell(life, 'invoice.overdue', invoice(life)),
  will_be_due: (life: Life) => tell(life, 'invoice.will_be_due', invoice(life)),
  finalization_failed: (life: Life) => {
    life.invoice.status = 'draft'
    const error = {
      code: 'customer_tax_location_invalid',
      message: 'The address is not one.',
      type: 'invalid_request_error',
    }
    return tell(life, 'invoice.finalization_failed', { ...invoice(life), last_finalization_error: error })
  },
  /** A week before the next period. */
  upcoming: (life: Life) => {
    life.now = life.subscription.periodEnd - 7 * DAY
    const { periodStart, periodEnd } = life.subscription
    const next = { ...invoiceOptions(life), billingReason: 'upcoming', attemptCount: 0, nextPaymentAttempt: periodEnd }
    return tell(life, 'invoice.upcoming', upcomingInvoice({ ...next, created: periodEnd, periodStart, periodEnd }))
  },
}

/** The invoice is paid, if it was not yet. */
function settle(life: Life): Life {
  const { invoice: held } = life
  if (held.status === 'paid') return life
  life.now = held.nextAttempt ?? life.now + 1
  held.status = 'paid'
  if (amountOf(held) > 0) held.attempts += 1
  held.nextAttempt = null
  life.payment.created = life.now
  return life
}

function attempt(life: Life, next: number | null): SentEvent {
  if (life.invoice.status === 'paid') openNextPeriod(life)
  const { invoice: held } = life
  life.now = held.nextAttempt ?? life.now + 60
  held.attempts += 1
  held.nextAttempt = next === null ? null : life.now + next
  return tell(life, 'invoice.payment_failed', invoice(life))
}

/** Not told of by the subscription itself: its own event may be late, or lost. */
function openNextPeriod(life: Life): void {
  life.now = Math.max(life.now, life.subscription.periodEnd)
  openInvoice(life, 'subscription_cycle')
}

function close(life: Life, status: LifeInvoice['status'], type: string): SentEvent {
  life.invoice.status = status
  life.invoice.nextAttempt = null
  return tell(life, type, invoice(life))
}

const invoice = (life: Life) => invoiceObject(invoiceOptions(life))

function invoiceOptions(life: Life) {
  const { invoice: held, payment, subscription, customer, version } = life
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
    paymentIntentId: isCharged ? payment.intentId : null,
    chargeId: isCharged ? payment.chargeId : null,
    metadata: metadataOf(life),
    version,
  }
}
