import { type ApiVersion, hasMarketingFeatures, NEWEST_VERSION } from '../api-version.ts'
import { type Price, planOf, priceOf } from './price.ts'

export interface ProductOptions {
  id: string
  name: string
  /** Unix seconds, as all times here. */
  created: number
  updated: number
  version?: ApiVersion
}

/** https://docs.stripe.com/api/products/object */
export const productObject = ({ version = NEWEST_VERSION, ...options }: ProductOptions) => ({
  id: options.id,
  object: 'product',
  active: true,
  attributes: [],
  created: options.created,
  default_price: null,
  description: null,
  images: [],
  livemode: false,
  [hasMarketingFeatures(version) ? 'marketing_features' : 'features']: [],
  metadata: {},
  name: options.name,
  package_dimensions: null,
  shippable: null,
  statement_descriptor: null,
  tax_code: null,
  type: 'service',
  unit_label: null,
  updated: options.updated,
  url: null,
})

interface Listed {
  /** Whether it can be used for new purchases. */
  active: boolean
  /** Unix seconds. */
  created: number
}

/** A price as its own events show it: https://docs.stripe.com/api/prices/object */
export const priceObject = (price: Price, { active, created }: Listed) => ({
  ...priceOf(price),
  active,
  created,
  custom_unit_amount: null,
  livemode: false,
  lookup_key: null,
  nickname: null,
  tax_behavior: 'exclusive',
  tiers_mode: null,
  transform_quantity: null,
})

/** The same price as its plan, for which Stripe sends events too: https://docs.stripe.com/api/plans/object */
export const planObject = (price: Price, { active, created }: Listed) => ({
  ...planOf(price),
  active,
  billing_scheme: 'per_unit',
  created,
  livemode: false,
  metadata: {},
  nickname: null,
  tiers_mode: null,
  transform_usage: null,
  trial_period_days: null,
})
