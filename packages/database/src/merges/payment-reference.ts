import type { PaymentReferenceFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { known } from './order.ts'
import { columnsOfOrigin, joinOrigins, type Origin, originOf } from './stripe.ts'

interface Registers extends Origin {
  paymentId: string | null
  succeeded: boolean
  amountRefunded: number
}

/** Later facts about a payment intent or charge only add information. */
export const paymentReferenceMerge: Merge<PaymentReferenceFact, Registers> = {
  table: 'payment_references',
  key: 'reference',
  types: { livemode: 'boolean', succeeded: 'boolean', amount_refunded: 'bigint' },
  shown: 'payment_id account livemode succeeded amount_refunded',
  keyOf: ({ reference }) => reference,

  registersOf: ({ paymentId, succeeded = false, amountRefunded = 0, ...fact }) => ({
    paymentId,
    succeeded,
    amountRefunded,
    ...originOf(fact),
  }),

  join: (a, b) => ({
    paymentId: known(a.paymentId, b.paymentId) ?? null,
    succeeded: a.succeeded || b.succeeded,
    amountRefunded: Math.max(a.amountRefunded, b.amountRefunded),
    ...joinOrigins(a, b),
  }),

  columnsOf: ({ paymentId, succeeded, amountRefunded, ...origin }) => ({
    payment_id: paymentId,
    succeeded,
    amount_refunded: amountRefunded,
    ...columnsOfOrigin(origin),
  }),
}
