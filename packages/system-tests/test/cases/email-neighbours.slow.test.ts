import { type CaseOptions, describeCases, type Expected, type ExpectedEmail } from './support/describe-cases.ts'
import { about, type Body, having, later, varied } from './support/vary-case.ts'

/** The expected e-mails of a variation: the kinds of its e-mails, or the e-mails. */
const expecting = (emails: (string | ExpectedEmail)[], options: CaseOptions): [Expected, CaseOptions] => [
  { emails: emails.map((email) => (typeof email === 'string' ? { kind: email } : email)) },
  options,
]

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

const trial = (change: (customer: Body, created: Body, ending: Body) => Body[]) =>
  varied('trial-default-card-on-customer', (...events) => change(...(events as [Body, Body, Body])))

const NO_DEFAULT = { invoice_settings: { default_payment_method: null } }
const CARD = {
  id: 'pm_trialdefaultca1',
  object: 'payment_method',
  type: 'card',
  card: { brand: 'visa', last4: '4242' },
}
const behavior = (missing_payment_method: string) => ({ trial_settings: { end_behavior: { missing_payment_method } } })

describeCases('emails: a trial that ends', {
  'with a card that is attached and no default': expecting(
    ['trial.ending'],
    trial((customer, created, ending) => [
      having(customer, NO_DEFAULT),
      created,
      about(created, 'payment_method.attached', 10, { ...CARD, customer: 'cus_trialdefaultca1' }),
      ending,
    ]),
  ),
  'with a default that was detached': expecting(
    ['trial.ending'],
    trial((customer, created, ending) => [
      customer,
      created,
      {
        ...about(created, 'payment_method.detached', 10, { ...CARD, customer: null }),
        data: { object: { ...CARD, customer: null }, previous_attributes: { customer: 'cus_trialdefaultca1' } },
      },
      ending,
    ]),
  ),
  'with a source of the older kind': expecting(
    [],
    trial((customer, created, ending) => [
      having(customer, { ...NO_DEFAULT, default_source: 'card_1' }),
      created,
      ending,
    ]),
  ),
  'with a card of the subscription': expecting(
    [],
    trial((customer, created, ending) => [
      having(customer, NO_DEFAULT),
      created,
      having(ending, { default_payment_method: 'pm_2' }),
    ]),
  ),
  'and then later': expecting(
    [],
    trial((customer, created, ending) => [
      having(customer, NO_DEFAULT),
      created,
      ending,
      later(ending, 'customer.subscription.updated', 5, { trial_end: NOW + 30 * DAY }),
    ]),
  ),
  'with the subscription': expecting(
    [],
    trial((customer, created, ending) => [
      having(customer, NO_DEFAULT),
      created,
      having(ending, { cancel_at_period_end: true }),
    ]),
  ),
  'with an invoice that is sent': expecting(
    [],
    trial((customer, created, ending) => [
      having(customer, NO_DEFAULT),
      created,
      having(ending, { collection_method: 'send_invoice' }),
    ]),
  ),
  'and cancels without a card': expecting(
    [{ kind: 'trial.ending', text: ['your subscription ends on that date'], notText: ['invoice', 'paused'] }],
    trial((customer, created, ending) => [having(customer, NO_DEFAULT), created, having(ending, behavior('cancel'))]),
  ),
  'and pauses without a card': expecting(
    [
      {
        kind: 'trial.ending',
        text: ['your subscription is paused on that date'],
        notText: ['invoice', 'ends on that'],
      },
    ],
    trial((customer, created, ending) => [having(customer, NO_DEFAULT), created, having(ending, behavior('pause'))]),
  ),
})

const upcoming = (change: (customer: Body, created: Body, upcoming: Body) => Body[]) =>
  varied('upcoming-but-canceling', (...events) =>
    change(
      ...(events.map((event) => having(event, { cancel_at_period_end: false, canceled_at: null })) as [
        Body,
        Body,
        Body,
      ]),
    ),
  )

describeCases('emails: a subscription that renews', {
  'as it should': expecting(
    ['renewal.upcoming'],
    upcoming((...events) => events),
  ),
  'of which nothing else is known': expecting(
    [{ kind: 'renewal.upcoming', to: 'upcomingbutcan1@example.com' }],
    upcoming((_customer, _created, event) => [event]),
  ),
  'unless it ends before, by a date': expecting(
    [],
    upcoming((customer, created, event) => [customer, having(created, { cancel_at: NOW + DAY }), event]),
  ),
  'unless its collection is paused': expecting(
    [],
    upcoming((customer, created, event) => [
      customer,
      having(created, { pause_collection: { behavior: 'void', resumes_at: null } }),
      event,
    ]),
  ),
  'unless it is past due': expecting(
    [],
    upcoming((customer, created, event) => [customer, having(created, { status: 'past_due' }), event]),
  ),
  'out of a trial with a card': expecting(
    ['renewal.upcoming'],
    upcoming((customer, created, event) => [
      having(customer, { invoice_settings: { default_payment_method: 'pm_1' } }),
      having(created, { status: 'trialing', trial_end: NOW + 3 * DAY }),
      event,
    ]),
  ),
})

const dispute = (change: (opened: Body) => Body[]) => varied('dispute-inquiry', (opened) => change(opened as Body))
const notice = (email: Omit<ExpectedEmail, 'kind'>): ExpectedEmail => ({ kind: 'dispute.opened', ...email })

describeCases('emails: a dispute', {
  'that takes the money': expecting(
    [notice({ subject: /^Dispute over \$20.00: respond by/, text: ['withdrawn the amount', 'Submit evidence'] })],
    dispute((opened) => [having(opened, { status: 'needs_response' })]),
  ),
  'that is lost from the start': expecting(
    [notice({ subject: 'Dispute over $20.00: lost', notText: ['Submit evidence', 'respond by'] })],
    dispute((opened) => [having(opened, { status: 'lost' })]),
  ),
  'that was an inquiry': expecting(
    [notice({ subject: /^Dispute over/ })],
    dispute((opened) => [
      opened,
      later(opened, 'charge.dispute.updated', 60, { status: 'needs_response' }),
      later(opened, 'charge.dispute.funds_withdrawn', 60, { status: 'needs_response' }),
    ]),
  ),
  'that was an inquiry, and closed': expecting(
    [],
    dispute((opened) => [opened, later(opened, 'charge.dispute.closed', 60, { status: 'warning_closed' })]),
  ),
  'that is answered already': expecting(
    [notice({ subject: 'Dispute over $20.00: under review', notText: ['Submit evidence'] })],
    dispute((opened) => [
      having(opened, { status: 'needs_response' }),
      later(opened, 'charge.dispute.updated', 60, { status: 'under_review' }),
    ]),
  ),
})

const paidBy = (change: (paid: Body) => Body[]) => varied('billing-email-vs-user-email', (paid) => change(paid as Body))
const toAll = (to: string) => PAID.map((kind) => ({ kind, to }))
const customer = (paid: Body, seconds: number) =>
  about(paid, 'customer.updated', seconds, { id: 'cus_billingemailvs1', email: 'customer@corp.example', metadata: {} })

describeCases('emails: the address of a payment', {
  "is the invoice's": expecting(
    toAll('accounts-billingemailvs1@corp.example'),
    paidBy((paid) => [paid, customer(paid, -60)]),
  ),
  "else the customer's": expecting(
    toAll('customer@corp.example'),
    // A receipt does not wait for its customer, so both arrive before it.
    { ...paidBy((paid) => [having(paid, { customer_email: null }), customer(paid, -60)]), modes: ['batch', 'single'] },
  ),
  "else the user's": expecting(
    toAll('user_billingemailvs1_a@example.com'),
    paidBy((paid) => [having(paid, { customer_email: null })]),
  ),
})
