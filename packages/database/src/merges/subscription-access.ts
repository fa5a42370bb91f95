import { type SubscriptionContents, type SubscriptionItem, UNSTARTED_SUBSCRIPTION_STATUSES } from '@sluice/events'
import type { MergeRules } from './merge-rows.ts'
import { digestOf } from './order.ts'
import type { Origin } from './stripe.ts'

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

const UNSTARTED = UNSTARTED_SUBSCRIPTION_STATUSES.map((status) => `'${status}'`).join(', ')

/**
 * SQL: whether a snapshot shows that this subscription has given access at some time. Another one says nothing about a
 * role that the host gave: a subscriber may begin a second checkout and never pay.
 *
 * @param row name of a row of `subscriptions`
 */
export const hasStarted = (row: string): string => `${row}.has_snapshot AND ${row}.status NOT IN (${UNSTARTED})`

const fingerprints = new WeakMap<ReadonlySet<string>, string>()

/** Identifies the settings that access from a subscription of this origin depends on. */
export function accessRulesOf({ pastDueIsActive, premiumPrices, ...rules }: MergeRules, origin: Origin): string {
  const grace = pastDueIsActive ? 'grace' : 'strict'
  const here = premiumPrices ? `${grace}:${fingerprintOf(premiumPrices)}` : grace
  const elsewhere = originRulesOf(origin, rules)
  return elsewhere === null ? here : `${here}@${elsewhere}`
}

/** Identifies the settings of `givesAccess`; null for the platform in live mode, which always gives access. */
export function originRulesOf(
  { account, livemode }: Origin,
  { accounts, liveOnly }: Pick<MergeRules, 'accounts' | 'liveOnly'>,
): string | null {
  if ((account ?? null) === null && livemode !== false) return null
  return `${accounts && accounts.size > 0 ? fingerprintOf(accounts) : 'platform'}:${liveOnly ? 'live' : 'both'}`
}

function fingerprintOf(names: ReadonlySet<string>): string {
  const known = fingerprints.get(names) ?? digestOf([...names].sort())
  fingerprints.set(names, known)
  return known
}
