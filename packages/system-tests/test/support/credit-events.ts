import type { SentEvent } from '@sluice/simulator'
import type { StripeObject } from '@sluice/testing/stand-ins'
import { checkout, customer, invoice, START, stripeEvent, user } from '../cases/support/stripe-events.ts'

type Json = Record<string, unknown>

/** Buyers of a pack at Checkout, of a plan, by a bare payment intent, and one who wins a dispute. */
export const BUYERS = ['pack', 'plan', 'bare', 'won'] as const

export type Buyer = (typeof BUYERS)[number]

/** The fixed day of the cases, moved to now: line items are fetched of new sessions alone. */
const NOW = Math.floor(Date.now() / 1000) - 600

function eventOf(type: string, object: Json, at: number, previous?: Json): SentEvent {
  const { body } = stripeEvent(type, object, { at, created: NOW + at, ...(previous && { previous }) })
  return { provider: 'stripe', id: JSON.parse(body).id, type, at: new Date((NOW + at) * 1000), body }
}

const price = (id: string, credits: string, more: Json = {}) => ({
  ...{ id, object: 'price', active: true, product: 'prod_1', currency: 'usd', unit_amount: 1_000 },
  ...{ metadata: { credits, ...more }, recurring: null },
})

/** A pack of 100, a bonus of 7, and a plan of 100 that expire after a month. */
export const catalogue = [
  eventOf('price.created', price('price_pack', '100'), 0),
  eventOf('price.created', price('price_bonus', '7'), 0),
  eventOf('price.created', price('price_plan', '100', { credits_expire: '30' }), 0),
]

/** The line items of the session of `pack`, as the API has them: 2 × 100 + 3 × 7 credits. */
export const lineItems = (run: string): StripeObject => ({
  ...{ id: `cs_pack_${run}`, object: 'checkout.session' },
  line_items: {
    object: 'list',
    data: ['pack', 'bonus'].map((name, index) => ({
      ...{ id: `li_${name}`, object: 'item', quantity: 2 + index, amount_subtotal: 1_000, amount_total: 1_000 },
      price: { id: `price_${name}`, object: 'price' },
    })),
  },
})

const customerOf = (buyer: Buyer, run: string) => customer(`cus_${buyer}_${run}`, user(`${buyer}_${run}`))

/** An intent and its charge. */
function paid(name: string, customerId: string, amount: number, at: number, metadata: Json = {}): SentEvent[] {
  const money = { amount, currency: 'usd', customer: customerId, metadata }
  const [intent, charge] = [`pi_${name}`, `ch_${name}`]
  return [
    eventOf(
      'payment_intent.succeeded',
      {
        ...money,
        id: intent,
        object: 'payment_intent',
        status: 'succeeded',
        amount_received: amount,
        latest_charge: charge,
      },
      at,
    ),
    eventOf(
      'charge.succeeded',
      { ...money, id: charge, object: 'charge', payment_intent: intent, captured: true, amount_captured: amount },
      at,
    ),
  ]
}

/** A month of the plan: an invoice, what paid it, and the link between them. */
function month(run: string, number: number): SentEvent[] {
  const [customerId, name, at] = [`cus_plan_${run}`, `plan${number}_${run}`, 10 * number]
  const line = {
    ...{ id: `il_${name}`, amount: 2_000, quantity: 1, pricing: { price_details: { price: 'price_plan' } } },
    period: { start: START, end: START + 30 * 86_400 },
  }
  const lines = { object: 'list', data: [line, { ...line, id: `il_${name}_2`, amount: 0 }] }
  const inPart = {
    ...line,
    id: `il_${name}_3`,
    amount: 300,
    parent: { type: 'subscription_item_details', subscription_item_details: { proration: true } },
  }
  return [
    eventOf(
      'invoice.paid',
      invoice(`in_${name}`, customerId, `sub_${run}`, { lines: { ...lines, data: [...lines.data, inPart] } }),
      at,
    ),
    eventOf(
      'invoice_payment.paid',
      {
        ...{
          id: `inpay_${name}`,
          object: 'invoice_payment',
          invoice: `in_${name}`,
          amount_paid: 2_000,
          currency: 'usd',
        },
        ...{ status: 'paid', payment: { type: 'payment_intent', payment_intent: `pi_${name}` } },
      },
      at,
    ),
    ...paid(name, customerId, 2_000, at),
  ]
}

/** A session in mode `payment` of 30.00, and what paid it. */
const bought = (buyer: Buyer, run: string, metadata: Json = {}): SentEvent[] => [
  eventOf(
    'checkout.session.completed',
    checkout(`cs_${buyer}_${run}`, {
      ...{ customer: `cus_${buyer}_${run}`, payment_intent: `pi_${buyer}_${run}`, amount_total: 3_000, metadata },
    }),
    5,
  ),
  ...paid(`${buyer}_${run}`, `cus_${buyer}_${run}`, 3_000, 5),
]

/** `pack` 221, `plan` 2 × 100, `bare` 25, `won` 50. */
export const purchases = (run: string): SentEvent[] => [
  ...BUYERS.map((buyer) => eventOf('customer.created', customerOf(buyer, run), 1)),
  ...bought('pack', run),
  ...month(run, 1),
  ...month(run, 2),
  ...paid(`bare_${run}`, `cus_bare_${run}`, 500, 5, { credits: '25' }),
  ...bought('won', run, { credits: '50' }),
]

const refund = (name: string, amount: number, status: string, at: number) =>
  eventOf(
    at < 50 ? 'refund.created' : 'refund.failed',
    { id: `re_${name}`, object: 'refund', amount, currency: 'usd', status, payment_intent: `pi_${name}` },
    at,
  )

function dispute(name: string, amount: number, moments: [type: string, status: string][]): SentEvent[] {
  const object = {
    ...{ id: `du_${name}`, object: 'dispute', amount, currency: 'usd', reason: 'fraudulent' },
    ...{ charge: `ch_${name}`, payment_intent: `pi_${name}`, balance_transactions: [] },
  }
  return moments.map(([type, status], index) => eventOf(`charge.dispute.${type}`, { ...object, status }, 60 + index))
}

/**
 * A third of the pack is refunded: 66 of 200 and 7 of 21. The second month of the plan is disputed and lost, and the first
 * one asked about. The refund of the bare intent fails. The last dispute is won.
 */
export const reversals = (run: string): SentEvent[] => [
  refund(`pack_${run}`, 1_000, 'succeeded', 40),
  ...dispute(`plan2_${run}`, 2_000, [
    ['created', 'needs_response'],
    ['funds_withdrawn', 'needs_response'],
    ['closed', 'lost'],
  ]),
  ...dispute(`plan1_${run}`, 2_000, [['created', 'warning_needs_response']]),
  refund(`bare_${run}`, 500, 'succeeded', 41),
  refund(`bare_${run}`, 500, 'failed', 51),
  ...dispute(`won_${run}`, 3_000, [
    ['funds_withdrawn', 'needs_response'],
    ['funds_reinstated', 'won'],
    ['closed', 'won'],
  ]),
]
