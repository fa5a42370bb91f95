export interface EntitlementSummaryOptions {
  customerId: string
  /** The lookup keys of its features. */
  features: readonly string[]
}

/** https://docs.stripe.com/billing/entitlements#webhooks */
export const entitlementSummaryObject = ({ customerId, features }: EntitlementSummaryOptions) => ({
  object: 'entitlements.active_entitlement_summary',
  customer: customerId,
  entitlements: entitlementsOf(customerId, features),
  livemode: false,
})

/** https://docs.stripe.com/api/entitlements/active-entitlement/object */
export const entitlementsOf = (customerId: string, features: readonly string[]) => ({
  object: 'list',
  data: features.map((feature) => ({
    id: `ent_test_${feature}${customerId.slice(-10)}`,
    object: 'entitlements.active_entitlement',
    feature: `feat_test_${feature}`,
    livemode: false,
    lookup_key: feature,
  })),
  has_more: false,
  url: `/v1/customer/${customerId}/entitlements`,
})
