export interface Price {
  id: string
  /** The product's name. */
  name: string
  interval: 'day' | 'week' | 'month' | 'year'
  /** In the currency's minor unit. */
  amount: number
  /** Default: an id made of the name. */
  productId?: string
}

export const MONTHLY: Price = { id: 'price_pro_monthly', name: 'Pro', interval: 'month', amount: 1_900 }
export const YEARLY: Price = { id: 'price_pro_yearly', name: 'Pro', interval: 'year', amount: 19_000 }
export const TEAM: Price = { id: 'price_team_monthly', name: 'Team', interval: 'month', amount: 4_900 }

export const productOf = ({ name, productId }: Price): string => productId ?? `prod_${name.toLowerCase()}`

const recurringOf = ({ interval }: Price) => ({ interval, interval_count: 1, usage_type: 'licensed' })

/** https://docs.stripe.com/api/plans/object */
export const planOf = (price: Price) => ({
  id: price.id,
  object: 'plan',
  active: true,
  amount: price.amount,
  amount_decimal: `${price.amount}`,
  currency: 'usd',
  ...recurringOf(price),
  product: productOf(price),
})

/** https://docs.stripe.com/api/prices/object */
export const priceOf = (price: Price) => ({
  id: price.id,
  object: 'price',
  active: true,
  billing_scheme: 'per_unit',
  currency: 'usd',
  metadata: {},
  product: productOf(price),
  recurring: recurringOf(price),
  type: 'recurring',
  unit_amount: price.amount,
  unit_amount_decimal: `${price.amount}`,
})
