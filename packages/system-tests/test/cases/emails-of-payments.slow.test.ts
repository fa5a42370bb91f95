import { describeCases } from './support/describe-cases.ts'
import { expecting } from './support/expect-emails.ts'
import { about, type Body, having, later, varied } from './support/vary-case.ts'

const NOW = Math.floor(Date.now() / 1000)
const DAY = 86_400
const PAID = ['receipt']

describeCases('emails: while a buyer pays', {
  'a first payment that is given up': expecting(
    [],
    varied('first-payment-typo', (created, failed) => [created as Body, failed as Body]),
  ),
  'a first payment that the bank asks to confirm': expecting(
    PAID,
    varied('first-payment-typo', (created, failed, paid) => [
      created as Body,
      { ...(failed as Body), type: 'invoice.payment_action_required' },
      paid as Body,
    ]),
  ),
  'a payment of the host that fails for good': expecting(
    ['payment_intent.failed'],
    varied('checkout-card-typo-letter', (customer, failed) => [customer as Body, failed as Body]),
  ),
  'a payment of the host that fails, before another one succeeds': expecting(
    ['receipt'],
    varied('checkout-card-typo-letter', (customer, failed, session) => [
      customer as Body,
      failed as Body,
      having(session as Body, { payment_intent: 'pi_other' }),
    ]),
  ),
  'an order whose delayed payment fails': expecting(
    ['checkout.failed'],
    varied('checkout-async-failed-subscription', (completed, _subscription, failed) =>
      [completed, failed].map((event) => having(event as Body, { mode: 'payment', subscription: null })),
    ),
  ),
})

/** Two attempts at an invoice that is open, and what happened to it. */
const cancelled = (change: (created: Body, failed: Body, deleted: Body) => Body[]) =>
  varied('reminder-after-cancel', (...events) => change(...(events as [Body, Body, Body])))

describeCases('emails: an invoice that is not paid', {
  'a subscription that goes on': expecting(
    ['payment.failed'],
    cancelled((created, failed) => [created, failed]),
  ),
  'a customer who is deleted': expecting(
    [],
    cancelled((created, failed) => [
      created,
      failed,
      about(failed, 'customer.deleted', 60, { id: 'cus_reminderafterc1' }),
    ]),
  ),
  'an invoice that is made void': expecting(
    [],
    cancelled((created, failed) => [created, failed, later(failed, 'invoice.voided', 60, { status: 'void' })]),
  ),
  'an invoice that is given up': expecting(
    [],
    cancelled((created, failed) => [
      created,
      failed,
      later(failed, 'invoice.marked_uncollectible', 60, { status: 'uncollectible' }),
    ]),
  ),
  'an attempt that was due an hour ago': expecting(
    ['payment.reminder'],
    cancelled((created, failed) => [created, having(failed, { next_payment_attempt: NOW - 3_600 })]),
  ),
  'an attempt that was due an hour ago, and moved': expecting(
    [{ kind: 'payment.failed', text: ['We will try again on'] }],
    cancelled((created, failed) => [
      created,
      having(failed, { next_payment_attempt: NOW - 3_600 }),
      later(failed, 'invoice.updated', 30, { next_payment_attempt: NOW + 3 * DAY }),
    ]),
  ),
  'a customer who ends the subscription after the last attempt': expecting(
    [],
    varied('dunning-exhausted-canceled', (created, deleted, failed) => [
      created as Body,
      having(deleted as Body, { cancellation_details: { reason: 'cancellation_requested' } }),
      failed as Body,
    ]),
  ),
  'a subscription that ends unpaid, and its invoice given up': expecting(
    [{ kind: 'payment.final_notice', text: ['your subscription has ended'] }],
    varied('dunning-exhausted-canceled', (created, deleted, failed) => [
      created as Body,
      deleted as Body,
      failed as Body,
      later(failed as Body, 'invoice.marked_uncollectible', 0, { status: 'uncollectible' }),
    ]),
  ),
  'a subscription that becomes unpaid': expecting(
    [{ kind: 'payment.final_notice', text: ['Your subscription is suspended'] }],
    varied('dunning-exhausted-canceled', (created, _deleted, failed) => [
      created as Body,
      failed as Body,
      later(created as Body, 'customer.subscription.updated', 200, { status: 'unpaid' }),
    ]),
  ),
  'no plan for another attempt': expecting(
    [{ kind: 'payment.final_notice', text: ['will not try again', 'avoid an interruption'] }],
    varied('retry-date-by-invoice-updated', (created, failed) => [created as Body, failed as Body]),
  ),
  'a plan that comes in the same second': expecting(
    [{ kind: 'payment.failed', text: ['We will try again on'] }],
    varied('retry-date-by-invoice-updated', (created, failed, updated) => [
      created as Body,
      failed as Body,
      { ...(updated as Body), created: (failed as Body).created },
    ]),
  ),
  'a change that waits for its payment': expecting(
    [],
    varied('pending-update-declined', (created, updated, failed) => [created as Body, updated as Body, failed as Body]),
  ),
  'an invoice that is sent, and overdue': expecting(
    [],
    varied('send-invoice-card-declined', (created, failed) => [
      created as Body,
      having(failed as Body, { due_date: NOW - DAY }),
      later(failed as Body, 'invoice.overdue', 60, { due_date: NOW - DAY }),
    ]),
  ),
  'an invoice that is sent, in an old API version': expecting(
    [],
    varied('send-invoice-card-declined', (created, failed) => [
      having(created as Body, { collection_method: undefined, billing: 'send_invoice' }),
      having(failed as Body, { collection_method: undefined, billing: 'send_invoice' }),
    ]),
  ),
})

const renewal = (change: (created: Body, failed: Body, required: Body) => Body[]) =>
  varied('renewal-3ds', (...events) => change(...(events as [Body, Body, Body])))

describeCases('emails: a payment that the bank asks to confirm', {
  'without another attempt': expecting(
    ['payment.action_required'],
    renewal((created, ...events) => [created, ...events.map((event) => having(event, { next_payment_attempt: null }))]),
  ),
  'a second before it is declined': expecting(
    ['payment.action_required'],
    renewal((created, failed, required) => [created, { ...failed, created: failed.created + 1 }, required]),
  ),
  'with no count of attempts': expecting(
    ['payment.action_required'],
    renewal((created, failed, required) => [created, failed, having(required, { attempt_count: 0 })]),
  ),
  'and that is paid': expecting(
    PAID,
    renewal((...events) => [
      ...events,
      later(events[1], 'invoice.paid', 60, { status: 'paid', amount_paid: 2000, next_payment_attempt: null }),
    ]),
  ),
  'before the next attempt is declined': expecting(
    ['payment.failed'],
    renewal((...events) => [...events, later(events[1], 'invoice.payment_failed', 90, { attempt_count: 2 })]),
  ),
})
