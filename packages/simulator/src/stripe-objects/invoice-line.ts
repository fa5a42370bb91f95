import { type ApiVersion, isBeforeBasil } from '../api-version.ts'
import { type Price, planOf, priceOf, productOf } from './price.ts'
import { itemIdOf } from './subscription.ts'

export interface LineOptions {
  id: string
  description: string
  /** In the currency's minor unit; negative for a credit. */
  amount: number
  price: Price
  subscriptionId: string
  /** Unix seconds. */
  periodStart: number
  periodEnd: number
  /** True for a part of a period, when the plan changes within it. */
  proration?: boolean
}

/** https://docs.stripe.com/api/invoice-line-item/object */
export const lineObject = (line: LineOptions, invoiceId: string | null, version: ApiVersion) => ({
  id: line.id,
  object: 'line_item',
  amount: line.amount,
  currency: 'usd',
  description: line.description,
  discount_amounts: [],
  discountable: true,
  discounts: [],
  invoice: invoiceId,
  livemode: false,
  metadata: {},
  period: { end: line.periodEnd, start: line.periodStart },
  quantity: 1,
  ...(isBeforeBasil(version) ? inOldPlaces(line) : inNewPlaces(line)),
})

const inOldPlaces = ({ price, proration = false, subscriptionId }: LineOptions) => ({
  plan: planOf(price),
  price: priceOf(price),
  proration,
  proration_details: { credited_items: null },
  subscription: subscriptionId,
  subscription_item: itemIdOf(subscriptionId),
  tax_amounts: [],
  type: proration ? 'invoiceitem' : 'subscription',
})

const inNewPlaces = ({ price, proration = false, subscriptionId }: LineOptions) => ({
  parent: {
    invoice_item_details: null,
    subscription_item_details: {
      invoice_item: null,
      proration,
      proration_details: { credited_items: null },
      subscription: subscriptionId,
      subscription_item: itemIdOf(subscriptionId),
    },
    type: 'subscription_item_details',
  },
  pricing: {
    price_details: { price: price.id, product: productOf(price) },
    type: 'price_details',
    unit_amount_decimal: `${price.amount}`,
  },
  taxes: [],
})
