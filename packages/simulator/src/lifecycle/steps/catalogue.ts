import { type Price, planObject, priceObject, productObject } from '../../stripe-objects/index.ts'
import { type CustomerState, DAY, emit } from '../state.ts'

/** A product with a price, from its creation to its deletion: https://docs.stripe.com/products-prices/manage-prices */
export const catalogueSteps = {
  product_created: (state: CustomerState) => emit(state, 'product.created', product(state, NAME)),
  /** Renamed. */
  product_updated: (state: CustomerState) => {
    state.now += DAY
    return emit(state, 'product.updated', product(state, NEW_NAME), { name: NAME, updated: state.subscription.created })
  },
  product_deleted: (state: CustomerState) => emit(state, 'product.deleted', product(state, NEW_NAME)),
  price_created: (state: CustomerState) => emit(state, 'price.created', price(state, true)),
  /** Archived: subscriptions keep it, and nobody else can buy it. */
  price_updated: (state: CustomerState) => {
    state.now += DAY
    return emit(state, 'price.updated', price(state, false), { active: true })
  },
  /** The product is deleted, and its price with it. */
  price_deleted: (state: CustomerState) => {
    state.now += DAY
    return emit(state, 'price.deleted', price(state, false))
  },
  /** Stripe sends each event of a recurring price as one of its plan too. */
  plan_created: (state: CustomerState) => emit(state, 'plan.created', plan(state, true)),
  plan_updated: (state: CustomerState) => emit(state, 'plan.updated', plan(state, false), { active: true }),
  plan_deleted: (state: CustomerState) => emit(state, 'plan.deleted', plan(state, false)),
}

const NAME = 'Seats'
const NEW_NAME = 'Team seats'

const productIdOf = ({ id }: CustomerState): string => id('prod_', 'product of the catalogue')

const product = (state: CustomerState, name: string) => {
  const { now: updated, version } = state
  return productObject({ id: productIdOf(state), name, created: state.subscription.created, updated, version })
}

const priceOf = (state: CustomerState): Price => ({
  id: state.id('price_', 'price of the catalogue'),
  name: NAME,
  interval: 'month',
  amount: 900,
  productId: productIdOf(state),
})

const price = (state: CustomerState, active: boolean) =>
  priceObject(priceOf(state), { active, created: state.subscription.created })

const plan = (state: CustomerState, active: boolean) =>
  planObject(priceOf(state), { active, created: state.subscription.created })
