import { describeCases } from './support/describe-cases.ts'
import { expecting } from './support/expect-emails.ts'
import { about, type Body, having, later, varied } from './support/vary-case.ts'

const NOW = Math.floor(Date.now() / 1000)
const DAY = 86_400

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
