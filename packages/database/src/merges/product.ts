import type { ProductFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { later } from './order.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

interface Registers extends Origin {
  latest: Dated<ProductFact['contents']>
}

/** The newest state of a product. A deletion is final. */
export const productMerge: Merge<ProductFact, Registers> = {
  table: 'products',
  key: 'stripe_product_id',
  types: { livemode: 'boolean', active: 'boolean', metadata: 'jsonb' },
  shown: 'account livemode name active',
  hostReads: 'stripe_product_id account livemode name active metadata',
  keyOf: ({ productId }) => productId,
  registersOf: (fact) => ({ latest: dated(fact, fact.contents), ...originOf(fact) }),
  join: ofOneOrigin((a, b) => ({
    latest: later(a.latest, b.latest, ({ second, digest, contents }) => [contents.deleted, second, digest]),
    ...joinOrigins(a, b),
  })),
  columnsOf: ({ latest: { contents }, ...origin }) => ({
    name: contents.name,
    active: contents.active && !contents.deleted,
    metadata: contents.metadata,
    ...columnsOfOrigin(origin),
  }),
}
