import type { SentEvent } from '@sluice/simulator'

/** 2026-11-28. */
const SECOND = 1_795_825_600

const MONTH = 30 * 86_400

type Json = Record<string, unknown>

let count = 0

export const stripeEvent = (type: string, object: Json, fields: Json = {}): SentEvent => {
  count += 1
  const id = `evt_forget_${count}`
  const event = { id, object: 'event', api_version: '2026-10-28.endive', livemode: true, type, data: { object } }
  return {
    provider: 'stripe',
    id,
    type,
    body: JSON.stringify({ ...event, created: SECOND + count, ...fields }),
  } as SentEvent
}

export function predictionEvent(id: string, object: Json): SentEvent {
  count += 1
  const status = String(object['status'] ?? 'succeeded')
  const body = {
    id,
    status,
    created_at: '2026-11-28T09:00:00Z',
    completed_at: '2026-11-28T09:01:00Z',
    error: null,
    metrics: {},
    ...object,
  }
  return {
    provider: 'replicate',
    id: `msg_forget_${count}`,
    type: `prediction.${status}`,
    body: JSON.stringify(body),
  } as SentEvent
}

/** Texts that name a person; all contain the mark. */
export const namesOf = (mark: string) => ({
  userId: `user-${mark}`,
  email: `${mark}@customer.example`,
  name: `Name ${mark}`,
  phone: `+49 ${mark}`,
  address: { line1: `Street ${mark}`, line2: null, city: `City ${mark}`, state: null, postal_code: '1', country: 'DE' },
})

export const invoiceObject = (mark: string, id: string, fields: Json = {}): Json => {
  const { email, name, phone, address } = namesOf(mark)
  return {
    ...{ id: `in_${id}`, object: 'invoice', customer: `cus_${id}`, customer_email: email, customer_name: name },
    ...{
      customer_phone: phone,
      customer_address: address,
      currency: 'usd',
      status: 'paid',
      billing_reason: 'subscription_cycle',
    },
    ...{ collection_method: 'charge_automatically', amount_due: 2000, amount_paid: 2000, total: 2000, subtotal: 2000 },
    ...{
      attempt_count: 1,
      next_payment_attempt: null,
      number: `A-${id}`,
      created: SECOND,
      footer: `Footer for ${mark}`,
    },
    ...{ hosted_invoice_url: `https://invoice.example/${mark}`, invoice_pdf: `https://invoice.example/${mark}.pdf` },
    lines: {
      object: 'list',
      data: [
        { amount: 2000, description: `Work for ${mark}`, quantity: 1, period: { start: SECOND, end: SECOND + MONTH } },
      ],
    },
    parent: { type: 'subscription_details', subscription_details: { subscription: `sub_${id}`, metadata: {} } },
    ...fields,
  }
}

export const customerObject = (mark: string, id: string, fields: Json = {}): Json => {
  const { userId, ...contact } = namesOf(mark)
  const more = { preferred_locales: ['de'], metadata: { user_id: userId }, description: `About ${mark}` }
  return { id: `cus_${id}`, object: 'customer', ...contact, ...more, ...fields }
}

/** Events that Stripe sends about a person: a subscription, payments, a refund, a dispute, a card, a guest's purchase, … */
export function billingEventsOf(mark: string, id: string): SentEvent[] {
  const { userId, email, name, phone, address } = namesOf(mark)
  const billing = { billing_details: { email, name, phone, address } }
  const customer = `cus_${id}`
  const price = { id: 'price_pro', object: 'price', unit_amount: 2000, currency: 'usd' }
  const recurring = { interval: 'month', interval_count: 1, usage_type: 'licensed' }
  const item = { id: `si_${id}`, quantity: 1, current_period_end: SECOND + MONTH, price: { ...price, recurring } }
  const failed = { id: `in_2_${id}`, status: 'open', amount_paid: 0, next_payment_attempt: SECOND + MONTH }
  return [
    stripeEvent('customer.created', customerObject(mark, id)),
    stripeEvent('customer.subscription.created', {
      ...{ id: `sub_${id}`, object: 'subscription', customer, status: 'active', cancel_at_period_end: false },
      ...{ collection_method: 'charge_automatically', metadata: { user_id: userId }, items: { data: [item] } },
    }),
    stripeEvent('invoice.paid', invoiceObject(mark, id)),
    stripeEvent('invoice_payment.paid', {
      ...{ id: `inpay_${id}`, object: 'invoice_payment', invoice: `in_${id}`, amount_paid: 2000, currency: 'usd' },
      payment: { type: 'payment_intent', payment_intent: `pi_${id}` },
    }),
    stripeEvent('payment_intent.succeeded', {
      ...{ id: `pi_${id}`, object: 'payment_intent', amount: 2000, amount_received: 2000, currency: 'usd', customer },
      ...{ status: 'succeeded', latest_charge: `ch_${id}`, receipt_email: email, metadata: { user_id: userId } },
    }),
    stripeEvent('charge.refunded', {
      ...{
        id: `ch_${id}`,
        object: 'charge',
        amount: 2000,
        amount_captured: 2000,
        amount_refunded: 500,
        captured: true,
      },
      ...{ currency: 'usd', customer, payment_intent: `pi_${id}`, receipt_email: email, ...billing },
    }),
    refundEvent(id, `re_${id}`, 500, mark),
    stripeEvent('charge.dispute.created', {
      ...{
        id: `dp_${id}`,
        object: 'dispute',
        charge: `ch_${id}`,
        payment_intent: `pi_${id}`,
        amount: 2000,
        currency: 'usd',
      },
      ...{
        status: 'needs_response',
        reason: 'fraudulent',
        evidence: { customer_email_address: email, customer_name: name },
      },
    }),
    stripeEvent('payment_method.attached', {
      ...{ id: `pm_${id}`, object: 'payment_method', customer, type: 'card', ...billing },
      card: { brand: `Brand ${mark}`, last4: '4242', exp_month: 1, exp_year: 2030 },
    }),
    stripeEvent('credit_note.created', {
      ...{ id: `cn_${id}`, object: 'credit_note', invoice: `in_${id}`, customer, status: 'issued', currency: 'usd' },
      ...{ amount: 100, memo: `For ${mark}`, pdf: `https://pay.example/${mark}`, pre_payment_amount: 0 },
      ...{ post_payment_amount: 100, customer_balance_transaction: null, lines: { data: [] } },
    }),
    stripeEvent('checkout.session.completed', {
      ...{ id: `cs_${id}`, object: 'checkout.session', mode: 'payment', status: 'complete', payment_status: 'paid' },
      ...{
        customer: null,
        customer_details: { email, name, phone, address },
        client_reference_id: userId,
        metadata: {},
      },
      ...{ subscription: null, invoice: null, payment_intent: `pi_guest_${id}`, amount_total: 900, currency: 'usd' },
    }),
    stripeEvent('invoice.payment_failed', invoiceObject(mark, id, failed)),
    // No handler reads this one, and none can read the next.
    stripeEvent('customer.tax_id.created', { id: `txi_${id}`, object: 'tax_id', customer, value: mark }),
    stripeEvent('invoice.paid', invoiceObject(mark, id, { id: `in_bad_${id}`, amount_paid: `${mark}` })),
  ]
}

export const refundEvent = (id: string, refundId: string, amount: number, mark: string): SentEvent =>
  stripeEvent('refund.created', {
    ...{
      id: refundId,
      object: 'refund',
      amount,
      currency: 'usd',
      status: 'succeeded',
      instructions_email: `${mark}@x.example`,
    },
    ...{ payment_intent: `pi_${id}`, charge: `ch_${id}` },
  })

/** A prediction with so many pictures, and one with a text. */
export const generationEventsOf = (mark: string, id: string, pictures: number): SentEvent[] => [
  predictionEvent(`pred-${id}`, {
    input: { prompt: `A picture of ${mark}` },
    logs: `prompt: ${mark}`,
    output: Array.from({ length: pictures }, (_, index) => `data:text/plain,${mark}-${index}`),
  }),
  predictionEvent(`text-${id}`, { input: { prompt: mark }, output: ['Dear ', mark] }),
]

/** The host's rows: a user, and its predictions, one of which has not ended. */
export const hostRowsOf = (mark: string, id: string) => ({
  users: [{ id: namesOf(mark).userId, email: namesOf(mark).email }],
  generationJobs: ['pred', 'text', 'late'].map((kind) => ({
    id: `job-${kind}-${id}`,
    userId: namesOf(mark).userId,
    predictionId: `${kind}-${id}`,
  })),
})
