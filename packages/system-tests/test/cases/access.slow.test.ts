import { expect } from '@jest/globals'
import { loadCase } from './support/case-files.ts'
import { describeCases } from './support/describe-cases.ts'

describeCases('access: the role is what Stripe means', {
  'portal-cancel-flexible': [
    {
      users: { user_portalcancelfl1_a: 'PREMIUM' },
      subscriptions: [{ status: 'active', cancel_at_period_end: true, cancel_at: expect.any(String) }],
    },
  ],
  'cancel-at-date': [
    { subscriptions: [{ is_active: true, cancel_at_period_end: false, cancel_at: expect.any(String) }] },
  ],
  'late-paid-invoice-of-ended-subscription': [
    { users: { user_latepaidinvoic1_a: 'FREE' }, subscriptions: [{ is_active: false, undecided: true }] },
  ],
  'failed-payment-grants-premium': [
    { users: { user_failedpaymentg1_a: 'FREE' }, subscriptions: [{ is_active: false, undecided: true }] },
  ],
  'pending-update-declined': [
    {
      users: { user_pendingupdated1_a: 'PREMIUM' },
      subscriptions: [{ status: 'active', is_active: true, price_id: 'price_pro' }],
    },
  ],
  'send-invoice-card-declined': [
    {
      users: { user_sendinvoicecar1_a: 'PREMIUM' },
      subscriptions: [{ status: 'active', collection_method: 'send_invoice' }],
    },
  ],
  'manual-invoice-paid-lifts-past-due': [
    { users: { user_manualinvoicep1_a: 'PREMIUM' }, subscriptions: [{ status: 'past_due', is_active: true }] },
  ],
  'free-plan': [
    {
      users: { user_freeplan1_a: 'FREE' },
      subscriptions: [{ status: 'active', is_active: true, gives_premium: false }],
    },
  ],
  'addon-first-item': [
    {
      subscriptions: [{ price_id: 'price_plan', quantity: 1, billing_period: 'monthly' }],
      items: [
        { price_id: 'price_addon_seat', quantity: 7, unit_amount: 500, interval: 'year' },
        { price_id: 'price_plan', quantity: 1, unit_amount: 9900, interval: 'month' },
      ],
    },
  ],
})

describeCases('access: every row belongs to the right user', {
  'existing-premium-demoted': [{ users: { user_existingpremiu1_a: 'PREMIUM' }, subscriptions: [] }],
  'referral-client-reference': [
    {
      users: { user_referralclient1_a: 'PREMIUM' },
      customers: [{ user_id: 'user_referralclient1_a' }],
      subscriptions: [{ user_id: 'user_referralclient1_a', is_active: true }],
      payments: [{ user_id: 'user_referralclient1_a' }],
    },
  ],
  'subscriber-buys-cart-and-loses-access': [
    {
      users: { user_subscriberbuys1_a: 'PREMIUM' },
      customers: [{ user_id: 'user_subscriberbuys1_a' }],
      payments: [{ user_id: 'user_subscriberbuys1_a' }],
    },
  ],
  'relink-metadata': [
    {
      users: { user_relinkmetadata1_a: 'FREE', user_relinkmetadata1_b: 'PREMIUM' },
      customers: [{ user_id: 'user_relinkmetadata1_b' }],
      subscriptions: [{ user_id: 'user_relinkmetadata1_b' }],
    },
  ],
  'one-customer-two-users': [
    {
      users: { user_onecustomertwo1_a: 'PREMIUM', user_onecustomertwo1_b: 'PREMIUM' },
      subscriptions: [
        { stripe_subscription_id: 'sub_onecustomertwo11', user_id: 'user_onecustomertwo1_a' },
        { stripe_subscription_id: 'sub_onecustomertwo12', user_id: 'user_onecustomertwo1_b' },
      ],
    },
  ],
  'guest-checkout-user': [
    {
      users: { user_guestcheckoutu1_a: 'FREE' },
      customers: [],
      payments: [{ stripe_customer_id: null, user_id: 'user_guestcheckoutu1_a', amount: 2000 }],
    },
  ],
  'role-stays-when-a-subscription-names-another-customer': [
    {
      users: { user_a: 'FREE', user_b: 'FREE' },
      customers: [
        { stripe_customer_id: 'cus_case3a', user_id: 'user_a' },
        { stripe_customer_id: 'cus_case3b', user_id: 'user_b' },
      ],
      subscriptions: [{ stripe_customer_id: 'cus_case3b', user_id: 'user_b', status: 'canceled', is_active: false }],
    },
    {
      events: {
        ...loadCase('role-stays-when-a-subscription-names-another-customer'),
        setup: `INSERT INTO users (id, stripe_customer_id) VALUES ('user_a', 'cus_case3a'), ('user_b', 'cus_case3b')`,
      },
    },
  ],
})
