import { caseOf } from './support/case-files.ts'
import { type CaseOptions, describeCases, type Expected } from './support/describe-cases.ts'
import { checkout, customer, invoice, stripeEvent, subscription, user } from './support/stripe-events.ts'

type Sent = ReturnType<typeof stripeEvent>

/** User `a` had a subscription before Sluice was installed, of which only these events are known. */
const existing = (name: string, ...events: Sent[]): Record<string, [Expected, CaseOptions]> => ({
  [name]: [
    { users: { a: 'PREMIUM' } },
    { events: caseOf(events, `INSERT INTO users (id, stripe_customer_id, role) VALUES ('a', 'cus_1', 'PREMIUM');`) },
  ],
})

describeCases('a user of whom no subscription is known keeps the role that the host gave', {
  ...existing('customer', stripeEvent('customer.updated', customer('cus_1', user('a')), { at: 1 })),
  ...existing(
    'draft',
    stripeEvent('invoice.created', invoice('in_1', 'cus_1', 'sub_1', { status: 'draft' }), { at: 1 }),
  ),
  ...existing(
    'failed renewal',
    stripeEvent('invoice.payment_failed', invoice('in_1', 'cus_1', 'sub_1', { status: 'open', amount_paid: 0 }), {
      at: 1,
    }),
  ),
  ...existing(
    'second checkout that is not paid',
    ...(['created', 'updated'] as const).map((type, index) =>
      stripeEvent(
        `customer.subscription.${type}`,
        subscription('sub_2', 'cus_2', { ...user('a'), status: index === 0 ? 'incomplete' : 'incomplete_expired' }),
        { at: 1 + index },
      ),
    ),
  ),
  ...existing('paid renewal', stripeEvent('invoice.paid', invoice('in_1', 'cus_1', 'sub_1'), { at: 1 })),
  ...existing(
    'one-off purchase',
    stripeEvent('checkout.session.completed', checkout('cs_1', { customer: 'cus_1', client_reference_id: 'cart' }), {
      at: 1,
    }),
  ),
  ...existing(
    'events of other kinds',
    stripeEvent(
      'payment_method.attached',
      { id: 'pm_1', object: 'payment_method', type: 'card', customer: 'cus_1' },
      { at: 1 },
    ),
    stripeEvent(
      'payment_intent.succeeded',
      { id: 'pi_1', object: 'payment_intent', customer: 'cus_1', metadata: {} },
      { at: 2 },
    ),
    stripeEvent('tax_rate.created', { id: 'txr_1', object: 'tax_rate', customer: 'cus_1' }, { at: 3 }),
    stripeEvent('customer.deleted', customer('cus_1'), { at: 4 }),
  ),
})
