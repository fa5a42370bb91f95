import type { CreditOffer } from './credit-terms.ts'
import type { StripeFact } from './stripe-fact.ts'

export interface ProductFact extends StripeFact {
  kind: 'product'
  productId: string
  contents: {
    name: string | null
    active: boolean
    metadata: Record<string, string>
    deleted: boolean
  }
}

/** A price, or the plan of the same id, which has fewer fields. */
export interface PriceFact extends StripeFact {
  kind: 'price'
  priceId: string
  /** Plans and prices are one thing with two objects, and each has its own events. */
  object: 'price' | 'plan'
  /** All lookup keys that the event names, including the previous one. */
  lookupKeys: string[]
  /** Absent if it neither grants credits nor did before. */
  creditOffer?: CreditOffer
  contents: {
    productId: string | null
    lookupKey: string | null
    /** In the currency's minor unit; null if it has a fraction or is unknown, as with tiers. */
    unitAmount: number | null
    /** A decimal number of minor units, if the amount has a fraction. */
    unitAmountDecimal: string | null
    currency: string | null
    interval: string | null
    intervalCount: number | null
    /** `licensed, metered`; null for a price that is paid once. */
    usageType: string | null
    active: boolean
    deleted: boolean
  }
}

/** All active entitlements of a customer: https://docs.stripe.com/billing/entitlements */
export interface EntitlementSummaryFact extends StripeFact {
  kind: 'entitlementSummary'
  customerId: string
  contents: {
    /** Lookup keys of the features, sorted. */
    features: string[]
    /** Whether the customer has more than the event carries. */
    incomplete: boolean
  }
}
