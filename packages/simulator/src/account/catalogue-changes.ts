import { stripeEvent } from '../stripe-event.ts'
import { MONTHLY, type Price, priceObject, productObject, TEAM, YEARLY } from '../stripe-objects/index.ts'
import { productOf } from '../stripe-objects/price.ts'
import type { AccountChange, ApiObject } from './change.ts'

/** The plan that was sold before; nobody can buy it any more. */
const ARCHIVED: Price = { id: 'price_basic_monthly', name: 'Basic', interval: 'month', amount: 900 }

/** The products and prices that the customers of an account subscribe to. */
export const catalogueChanges = (created: number): AccountChange[] => [
  ...[MONTHLY, TEAM, ARCHIVED].map((price) => change('product.created', product(price, created), created)),
  ...[MONTHLY, YEARLY, TEAM, ARCHIVED].map((price) =>
    change('price.created', priceObject(price, { active: true, created }), created),
  ),
  change('price.updated', priceObject(ARCHIVED, { active: false, created }), created + 3_600, { active: true }),
]

const product = (price: Price, created: number): ApiObject =>
  productObject({ id: productOf(price), name: price.name, created, updated: created })

function change(type: string, object: ApiObject, created: number, previous?: object): AccountChange {
  const id = `evt_${type.replace('.', '_')}_${object.id}`
  return {
    event: stripeEvent(type, object, { id, created, ...(previous && { previous }) }),
    objects: [object],
    account: null,
  }
}
