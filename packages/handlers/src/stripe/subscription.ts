import type { SubscriptionContents } from '@sluice/events'
import { z } from 'zod'
import { metadata, reference, required, seconds } from './object.ts'

const Recurring = z.object({
  interval: z.string().nullish(),
  interval_count: z.int().nullish(),
  usage_type: z.string().nullish(),
})

const Plan = Recurring.extend({ id: z.string().nullish() }).nullish()

const Item = z.object({
  price: z.object({ id: z.string(), recurring: Recurring.nullish() }).nullish(),
  plan: Plan,
  quantity: z.int().nullish(),
  current_period_end: seconds.nullish(),
})

type Item = z.output<typeof Item>

export const Subscription = z.object({
  id: z.string().min(1),
  customer: required,
  status: z.string().min(1),
  items: z.object({ data: z.array(Item) }).nullish(),
  plan: Plan,
  quantity: z.int().nullish(),
  current_period_end: seconds.nullish(),
  cancel_at_period_end: z.boolean().nullish(),
  canceled_at: seconds.nullish(),
  trial_end: seconds.nullish(),
  default_payment_method: reference,
  default_source: reference,
  metadata,
})

export type Subscription = z.output<typeof Subscription>

/**
 * The columns of a subscription. Plan and period come from the first item that is not metered, else from the first
 * item. Since 2025-03-31.basil the period is on the item, and before 2018 a subscription had one plan and no prices:
 * https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end
 */
export function contentsOf(subscription: Subscription): SubscriptionContents {
  const items = subscription.items?.data ?? []
  const item = items[licensedIndex(items)]
  const plan = item?.plan ?? subscription.plan
  const recurring = item?.price?.recurring ?? plan
  return {
    status: subscription.status,
    priceId: item?.price?.id ?? plan?.id ?? null,
    quantity: item?.quantity ?? subscription.quantity ?? null,
    interval: recurring?.interval ?? null,
    intervalCount: recurring?.interval_count ?? null,
    currentPeriodEnd: (item?.current_period_end ?? subscription.current_period_end)?.toISOString() ?? null,
    cancelAtPeriodEnd: subscription.cancel_at_period_end ?? false,
    canceledAt: subscription.canceled_at?.toISOString() ?? null,
  }
}

/** The index of the first licensed item, else 0. */
function licensedIndex(items: Item[]): number {
  return Math.max(
    0,
    items.findIndex((item) => usageOf(item) === 'licensed'),
  )
}

const usageOf = (item: Item): string => item.price?.recurring?.usage_type ?? item.plan?.usage_type ?? 'licensed'
