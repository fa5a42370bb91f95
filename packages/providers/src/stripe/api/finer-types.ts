/**
 * Types that only thin events have, by object (https://docs.stripe.com/api/v2/core/events/event-types): each names one
 * change that the snapshot event `<object>.updated` reports.
 */
const BY_OBJECT: Record<string, string> = {
  'customer.subscription': `active cancel_at_changed default_payment_method_changed incomplete incomplete_expired
    item_added item_price_changed item_quantity_changed item_removed item_tax_rates_changed past_due trialing unpaid`,
  'entitlements.active_entitlement_summary': 'entitlement_added entitlement_removed',
  invoice: `discount_added discount_removed line_item_added line_item_pricing_changed line_item_quantity_changed
    line_item_removed`,
  price: 'activated deactivated lookup_key_changed tax_behavior_changed',
  product: 'activated deactivated default_price_changed tax_code_changed',
}

export const FINER: ReadonlySet<string> = new Set(
  Object.entries(BY_OBJECT).flatMap(([object, changes]) => changes.split(/\s+/).map((change) => `${object}.${change}`)),
)
