/** Seconds of a fixed day; `caseOf` shifts them near the present. */
export const START = 1_795_800_000

type Json = Record<string, unknown>

interface Envelope {
  /** Seconds after the first event. */
  at: number
  /** The old values of changed fields. */
  previous?: Json
  account?: string
  livemode?: boolean
  [field: string]: unknown
}

/** An event of a case by code. Its object is what the event type is about, with these fields. */
export function stripeEvent(type: string, object: Json, { at, previous, ...envelope }: Envelope) {
  const data = { object, ...(previous && { previous_attributes: previous }) }
  const event = {
    id: `evt_${type.replaceAll('.', '_')}_${String(object['id'])}_${at}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: START + at,
    livemode: true,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data,
    ...envelope,
  }
  return { name: `${at}-${type}`, body: JSON.stringify(event) }
}

export const user = (userId: string) => ({ metadata: { user_id: userId } })

export const customer = (id: string, fields: Json = {}) => ({
  id,
  object: 'customer',
  email: `${id}@example.com`,
  metadata: {},
  ...fields,
})

export const subscription = (id: string, customerId: string, fields: Json = {}) => ({
  id,
  object: 'subscription',
  customer: customerId,
  status: 'active',
  cancel_at_period_end: false,
  collection_method: 'charge_automatically',
  metadata: {},
  items: {
    object: 'list',
    data: [
      {
        id: `si_${id}`,
        object: 'subscription_item',
        quantity: 1,
        current_period_end: START + 30 * 86_400,
        price: {
          id: 'price_pro',
          object: 'price',
          unit_amount: 2000,
          currency: 'usd',
          recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
        },
      },
    ],
  },
  ...fields,
})

export const invoice = (id: string, customerId: string, subscriptionId: string, fields: Json = {}) => ({
  id,
  object: 'invoice',
  customer: customerId,
  customer_email: null,
  currency: 'usd',
  status: 'paid',
  billing_reason: 'subscription_cycle',
  collection_method: 'charge_automatically',
  amount_due: 2000,
  amount_paid: 2000,
  total: 2000,
  subtotal: 2000,
  attempt_count: 1,
  next_payment_attempt: null,
  created: START,
  lines: { object: 'list', data: [{ amount: 2000, period: { start: START, end: START + 30 * 86_400 } }] },
  parent: { type: 'subscription_details', subscription_details: { subscription: subscriptionId, metadata: {} } },
  ...fields,
})

export const checkout = (id: string, fields: Json = {}) => ({
  id,
  object: 'checkout.session',
  mode: 'payment',
  status: 'complete',
  payment_status: 'paid',
  customer: null,
  customer_details: { email: `${id}@example.com` },
  client_reference_id: null,
  metadata: {},
  subscription: null,
  invoice: null,
  payment_intent: `pi_${id}`,
  amount_total: 2000,
  currency: 'usd',
  ...fields,
})
