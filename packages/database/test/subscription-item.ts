import type { SubscriptionItem } from '@sluice/events'

/** A licensed item of 10.00 a month. */
export const subscriptionItem = (fields: Partial<SubscriptionItem> = {}): SubscriptionItem => ({
  id: 'si_1',
  priceId: 'price_1',
  productId: 'prod_1',
  lookupKey: null,
  quantity: 1,
  usageType: 'licensed',
  unitAmount: 1_000,
  unitAmountDecimal: null,
  currency: 'usd',
  interval: 'month',
  intervalCount: 1,
  currentPeriodEnd: null,
  ...fields,
})
