import type { SubscriptionContents, SubscriptionItem } from '@sluice/events'
import type { MergeRules } from './merge-rows.ts'
import { digestOf } from './order.ts'

/**
 * Whether the subscription gives PREMIUM while it is active. Access is never taken because of missing knowledge: an
 * unknown item, or one whose price is unknown, gives it, unless the settings name prices.
 *
 * @param contents undefined if no snapshot is known. Rows written before 2026-11-28 have no items.
 */
export function givesPremium(contents: Partial<SubscriptionContents> | undefined, rules: MergeRules): boolean {
  const { items, itemsIncomplete } = contents ?? {}
  if (!items || items.length === 0) return true
  const { premiumPrices } = rules
  return items.some((item) => (premiumPrices ? isNamed(item, premiumPrices) : costs(item))) || itemsIncomplete === true
}

const isNamed = ({ priceId, productId, lookupKey }: Partial<SubscriptionItem>, names: ReadonlySet<string>): boolean =>
  [priceId, productId, lookupKey].some((name) => names.has(name ?? ''))

function costs({ unitAmount, unitAmountDecimal }: Partial<SubscriptionItem>): boolean {
  const amount = unitAmount ?? unitAmountDecimal ?? null
  return amount === null || Number(amount) > 0
}

const fingerprints = new WeakMap<ReadonlySet<string>, string>()

/** Identifies the settings that `is_active` and `gives_premium` depend on. */
export function accessRulesOf({ pastDueIsActive, premiumPrices }: MergeRules): string {
  const grace = pastDueIsActive ? 'grace' : 'strict'
  if (!premiumPrices) return grace
  const known = fingerprints.get(premiumPrices)
  const names = known ?? digestOf([...premiumPrices].sort())
  if (known === undefined) fingerprints.set(premiumPrices, names)
  return `${grace}:${names}`
}
