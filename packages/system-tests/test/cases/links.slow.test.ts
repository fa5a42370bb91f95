import { caseOf } from './support/case-files.ts'
import { type CaseOptions, describeCases, type Expected } from './support/describe-cases.ts'
import { checkout, customer, invoice, stripeEvent, subscription, user } from './support/stripe-events.ts'

type Sent = ReturnType<typeof stripeEvent>

/** Users `a`, `b` and `c` exist. */
const USERS = `INSERT INTO users (id) VALUES ('a'), ('b'), ('c');`

/** More host SQL may follow the users. */
function linked(expected: Expected, events: Sent[], setup = '', options: CaseOptions = {}): [Expected, CaseOptions] {
  return [expected, { ...options, events: caseOf(events, USERS + setup) }]
}

const created = (at: number, ...[id, customerId, fields]: Parameters<typeof subscription>) =>
  stripeEvent('customer.subscription.created', subscription(id, customerId, fields), { at })

describeCases('links: a user by the strongest link whose user exists', {
  'a cart in the reference of the first checkout, the user in the metadata of the subscription': linked(
    { users: { a: 'PREMIUM', b: 'FREE', c: 'FREE' }, customers: [{ user_id: 'a' }], payments: [{ user_id: 'a' }] },
    [
      stripeEvent('checkout.session.completed', checkout('cs_1', { customer: 'cus_1', client_reference_id: 'cart' }), {
        at: 1,
      }),
      created(2, 'sub_1', 'cus_1', user('a')),
    ],
  ),
  'a reference that is a user, and after it very many that are orders': linked(
    { users: { a: 'PREMIUM', b: 'FREE', c: 'FREE' }, customers: [{ user_id: 'a' }] },
    [
      stripeEvent('checkout.session.completed', checkout('cs_0', { customer: 'cus_1', client_reference_id: 'a' }), {
        at: 1,
      }),
      created(2, 'sub_1', 'cus_1'),
      ...Array.from({ length: 70 }, (_, index) =>
        stripeEvent(
          'checkout.session.expired',
          checkout(`cs_${index + 1}`, { customer: 'cus_1', client_reference_id: `order_${index}` }),
          { at: 3 + index },
        ),
      ),
    ],
    '',
    { orders: [Array.from({ length: 72 }, (_, at) => at), Array.from({ length: 72 }, (_, at) => 71 - at)] },
  ),
  'the customer’s own metadata, against a reference that is another user': linked(
    { users: { a: 'PREMIUM', b: 'FREE', c: 'FREE' }, customers: [{ user_id: 'a' }] },
    [
      stripeEvent('customer.created', customer('cus_1', user('a')), { at: 1 }),
      stripeEvent('checkout.session.completed', checkout('cs_1', { customer: 'cus_1', client_reference_id: 'b' }), {
        at: 2,
      }),
      created(3, 'sub_1', 'cus_1'),
    ],
  ),
  'a referral in the reference that is a user whom the host gave PREMIUM': linked(
    { users: { a: 'FREE', b: 'PREMIUM', c: 'FREE' }, customers: [{ user_id: 'a' }] },
    [
      stripeEvent('checkout.session.completed', checkout('cs_1', { customer: 'cus_1', client_reference_id: 'b' }), {
        at: 1,
      }),
      stripeEvent('customer.updated', customer('cus_1', user('a')), { at: 2 }),
      stripeEvent('customer.subscription.deleted', subscription('sub_1', 'cus_1'), { at: 3 }),
    ],
    `UPDATE users SET role = 'PREMIUM' WHERE id = 'b'`,
  ),
  'the host’s link against all others, but not against the subscription’s own': linked(
    {
      users: { a: 'PREMIUM', b: 'FREE', c: 'PREMIUM' },
      customers: [{ user_id: 'a' }],
      subscriptions: [{ user_id: 'a' }, { user_id: 'c' }],
    },
    [
      stripeEvent('customer.created', customer('cus_1', user('b')), { at: 1 }),
      created(2, 'sub_1', 'cus_1'),
      created(3, 'sub_2', 'cus_1', user('c')),
    ],
    `UPDATE users SET stripe_customer_id = 'cus_1' WHERE id = 'a'`,
  ),
  'metadata of the customer that changes within its first second': linked(
    { users: { a: 'PREMIUM', b: 'FREE', c: 'FREE' }, customers: [{ user_id: 'a' }] },
    [
      stripeEvent('customer.created', customer('cus_1', user('b')), { at: 1 }),
      stripeEvent('customer.updated', customer('cus_1', user('a')), { at: 1, previous: user('b') }),
      created(1, 'sub_1', 'cus_1'),
    ],
  ),
  'metadata that was removed from the customer, whose user had PREMIUM by it': linked(
    { users: { a: 'FREE', b: 'FREE', c: 'FREE' }, customers: [{ user_id: null }], subscriptions: [{ user_id: null }] },
    [
      stripeEvent('customer.created', customer('cus_1', user('a')), { at: 1 }),
      created(2, 'sub_1', 'cus_1'),
      stripeEvent('customer.updated', customer('cus_1'), { at: 3, previous: user('a') }),
    ],
  ),
  'metadata of the customer that names a user whom the host gave PREMIUM, and then another': linked(
    { users: { a: 'FREE', b: 'PREMIUM', c: 'FREE' } },
    [
      stripeEvent('customer.created', customer('cus_1', user('a')), { at: 1 }),
      created(2, 'sub_1', 'cus_1'),
      stripeEvent('customer.updated', customer('cus_1', user('b')), { at: 3, previous: user('a') }),
    ],
    `UPDATE users SET role = 'PREMIUM' WHERE id = 'a'`,
  ),
  'metadata of a customer that is deleted': linked(
    {
      users: { a: 'FREE', b: 'FREE', c: 'FREE' },
      customers: [{ user_id: 'a', deleted: true }],
      subscriptions: [{ user_id: 'a', status: 'canceled' }],
    },
    [
      stripeEvent('customer.created', customer('cus_1', user('a')), { at: 1 }),
      created(2, 'sub_1', 'cus_1'),
      stripeEvent('customer.subscription.deleted', subscription('sub_1', 'cus_1', { status: 'canceled' }), { at: 3 }),
      stripeEvent('customer.deleted', { id: 'cus_1', object: 'customer', deleted: true }, { at: 3 }),
    ],
  ),
})

describeCases('links: a subscription has a customer and a user of its own', {
  'two users of one customer, of whom one cancels': linked({ users: { a: 'FREE', b: 'PREMIUM', c: 'FREE' } }, [
    created(1, 'sub_1', 'cus_1', user('a')),
    created(2, 'sub_2', 'cus_1', user('b')),
    stripeEvent('customer.subscription.deleted', subscription('sub_1', 'cus_1', user('a')), { at: 3 }),
  ]),
  'payments of two users of one customer': linked(
    {
      payments: [
        { payment_id: 'in_1', user_id: 'a' },
        { payment_id: 'in_2', user_id: 'b' },
      ],
    },
    [
      created(1, 'sub_1', 'cus_1', user('a')),
      created(2, 'sub_2', 'cus_1', user('b')),
      stripeEvent('invoice.paid', invoice('in_1', 'cus_1', 'sub_1'), { at: 3 }),
      stripeEvent('invoice.paid', invoice('in_2', 'cus_1', 'sub_2'), { at: 4 }),
    ],
  ),
  'its metadata changes to another user, and an invoice from before is paid': linked(
    { users: { a: 'FREE', b: 'PREMIUM', c: 'FREE' }, payments: [{ user_id: 'b' }], subscriptions: [{ user_id: 'b' }] },
    [
      created(1, 'sub_1', 'cus_1', user('a')),
      stripeEvent('customer.subscription.updated', subscription('sub_1', 'cus_1', user('b')), {
        at: 60,
        previous: user('a'),
      }),
      stripeEvent(
        'invoice.paid',
        invoice('in_1', 'cus_1', 'sub_1', {
          parent: { subscription_details: { subscription: 'sub_1', ...user('a') } },
        }),
        { at: 90 },
      ),
    ],
  ),
  'it moves to another customer': linked(
    {
      users: { a: 'FREE', b: 'PREMIUM', c: 'FREE' },
      subscriptions: [{ stripe_customer_id: 'cus_1', user_id: 'b', is_active: true }],
    },
    [
      created(1, 'sub_1', 'cus_2'),
      stripeEvent('customer.subscription.updated', subscription('sub_1', 'cus_1'), { at: 2 }),
    ],
    `UPDATE users SET stripe_customer_id = 'cus_2', role = 'PREMIUM' WHERE id = 'a';
      UPDATE users SET stripe_customer_id = 'cus_1' WHERE id = 'b'`,
  ),
  'of test mode it ends while that of live mode goes on': linked(
    {
      users: { a: 'PREMIUM', b: 'FREE', c: 'FREE' },
      customers: [
        { livemode: true, user_id: 'a' },
        { livemode: false, user_id: 'a' },
      ],
      subscriptions: [
        { livemode: true, is_active: true },
        { livemode: false, is_active: false },
      ],
    },
    [
      created(1, 'sub_live', 'cus_live', user('a')),
      stripeEvent('customer.subscription.created', subscription('sub_test', 'cus_test', user('a')), {
        at: 1,
        livemode: false,
      }),
      stripeEvent('customer.subscription.deleted', subscription('sub_test', 'cus_test', user('a')), {
        at: 2,
        livemode: false,
      }),
    ],
  ),
  'of a connected account it ends while that of the platform goes on': linked(
    {
      users: { a: 'PREMIUM', b: 'FREE', c: 'FREE' },
      customers: [
        { account: null, user_id: 'a' },
        { account: 'acct_1', user_id: 'a' },
      ],
      subscriptions: [
        { account: null, is_active: true },
        { account: 'acct_1', is_active: false },
      ],
    },
    [
      stripeEvent('customer.created', customer('cus_1', user('a')), { at: 1 }),
      stripeEvent('customer.created', customer('cus_2', user('a')), { at: 1, account: 'acct_1' }),
      created(1, 'sub_1', 'cus_1'),
      stripeEvent('customer.subscription.deleted', subscription('sub_2', 'cus_2'), { at: 2, context: 'org_1/acct_1' }),
    ],
    '',
    { settings: { STRIPE_ACCOUNTS: 'acct_1' } },
  ),
  'of a connected account that is not named it gives no role, whatever its metadata says': linked(
    {
      users: { a: 'FREE', b: 'FREE', c: 'FREE' },
      customers: [{ account: 'acct_1', user_id: null }],
      subscriptions: [{ account: 'acct_1', user_id: null, is_active: true }],
      payments: [{ account: 'acct_1', user_id: null }],
    },
    [
      stripeEvent('customer.created', customer('cus_1', user('a')), { at: 1, account: 'acct_1' }),
      stripeEvent('customer.subscription.created', subscription('sub_1', 'cus_1', user('b')), {
        at: 2,
        account: 'acct_1',
      }),
      stripeEvent('checkout.session.completed', checkout('cs_1', { client_reference_id: 'c' }), {
        at: 3,
        account: 'acct_1',
      }),
    ],
  ),
  'of test mode it gives no role in production': linked(
    { users: { a: 'FREE', b: 'FREE', c: 'FREE' }, subscriptions: [{ livemode: false, is_active: true }] },
    [
      stripeEvent('customer.subscription.created', subscription('sub_1', 'cus_1', user('a')), {
        at: 1,
        livemode: false,
      }),
    ],
    '',
    { settings: { NODE_ENV: 'production' } },
  ),
  'of test mode it gives a role in production, if LIVEMODE names it': linked(
    { users: { a: 'PREMIUM', b: 'FREE', c: 'FREE' }, subscriptions: [{ livemode: false, is_active: true }] },
    [
      stripeEvent('customer.subscription.created', subscription('sub_1', 'cus_1', user('a')), {
        at: 1,
        livemode: false,
      }),
    ],
    '',
    { settings: { NODE_ENV: 'production', LIVEMODE: 'false' } },
  ),
})

describeCases('links: a guest’s payment has its own', {
  'the user in the metadata where the reference is a referral': linked(
    { customers: [], payments: [{ user_id: 'a' }] },
    [
      stripeEvent('checkout.session.completed', checkout('cs_1', { client_reference_id: 'referral', ...user('a') }), {
        at: 1,
      }),
    ],
  ),
  'the reference where both are users': linked({ payments: [{ user_id: 'b' }] }, [
    stripeEvent('checkout.session.completed', checkout('cs_1', { client_reference_id: 'b', ...user('a') }), { at: 1 }),
  ]),
  'nobody where no user is named': linked({ payments: [{ user_id: null }] }, [
    stripeEvent('checkout.session.completed', checkout('cs_1', { client_reference_id: 'cart' }), { at: 1 }),
  ]),
})
