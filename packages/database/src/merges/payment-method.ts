import type { PaymentMethodFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { known, later } from './order.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

interface Registers extends Origin {
  /** Kept when the event that detaches it does not name the customer. */
  customerId: string | null
  latest: Dated<Pick<PaymentMethodFact, 'type' | 'card' | 'detached'>>
}

/** The newest state of a payment method. Detached is final. */
export const paymentMethodMerge: Merge<PaymentMethodFact, Registers> = {
  table: 'payment_methods',
  key: 'stripe_payment_method_id',
  types: { livemode: 'boolean', exp_month: 'integer', exp_year: 'integer', detached: 'boolean' },
  shown: 'stripe_customer_id account livemode detached',
  hostReads: `stripe_payment_method_id stripe_customer_id account livemode type brand last4 exp_month exp_year
    detached`,
  keyOf: ({ paymentMethodId }) => paymentMethodId,

  registersOf: ({ type, card, detached, ...fact }) => ({
    customerId: fact.customerId,
    latest: dated(fact, { type, card, detached }),
    ...originOf(fact),
  }),

  join: ofOneOrigin((a, b) => ({
    customerId: known(a.customerId, b.customerId) ?? null,
    latest: later(a.latest, b.latest, ({ second, digest, contents }) => [contents.detached, second, digest]),
    ...joinOrigins(a, b),
  })),

  columnsOf: ({ customerId, latest: { contents }, ...origin }) => ({
    stripe_customer_id: customerId,
    type: contents.type,
    brand: contents.card?.brand ?? null,
    last4: contents.card?.last4 ?? null,
    exp_month: contents.card?.expMonth ?? null,
    exp_year: contents.card?.expYear ?? null,
    detached: contents.detached,
    ...columnsOfOrigin(origin),
  }),
}
