import type { SubscriptionContents } from '@sluice/events'
import { z } from 'zod'
import { metadata, reference, required, seconds, shown } from './object.ts'
import { Items, itemsOf, planOf } from './subscription-items.ts'

export const Subscription = z.object({
  id: z.string().min(1),
  customer: required,
  created: shown(seconds),
  status: z.string().min(1),
  items: Items.nullish(),
  plan: z.unknown().optional(),
  quantity: shown(z.int()),
  currency: shown(z.string()),
  current_period_end: seconds.nullish(),
  cancel_at_period_end: z.boolean().nullish(),
  cancel_at: seconds.nullish(),
  canceled_at: seconds.nullish(),
  ended_at: seconds.nullish(),
  cancellation_details: shown(z.object({ reason: shown(z.string()) })),
  trial_end: seconds.nullish(),
  trial_settings: shown(z.object({ end_behavior: z.object({ missing_payment_method: z.string() }) })),
  pause_collection: shown(z.object({ behavior: z.string() })),
  collection_method: shown(z.string()),
  billing: shown(z.string()),
  default_payment_method: reference,
  default_source: reference,
  pending_update: z.unknown().optional(),
  metadata,
})

export type Subscription = z.output<typeof Subscription>

/**
 * The columns of a subscription, in their places in every API version. Since 2025-03-31.basil the period is on the
 * item, before 2019-10-17 `collection_method` was called `billing`, and before 2018 a subscription had one plan and no
 * prices: https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end
 */
export function contentsOf(subscription: Subscription): SubscriptionContents {
  const items = itemsOf(subscription)
  const plan = planOf(items)
  const periodEnd = periodEndOf(items) ?? isoOf(subscription.current_period_end)
  const cancelAt = isoOf(subscription.cancel_at)
  return {
    status: subscription.status,
    priceId: plan?.priceId ?? null,
    quantity: plan?.quantity ?? null,
    interval: plan?.interval ?? null,
    intervalCount: plan?.intervalCount ?? null,
    currency: subscription.currency ?? plan?.currency ?? null,
    currentPeriodEnd: periodEnd,
    cancelAtPeriodEnd: subscription.cancel_at_period_end === true || isBy(cancelAt, periodEnd),
    cancelAt,
    canceledAt: isoOf(subscription.canceled_at ?? subscription.ended_at),
    cancellationReason: subscription.cancellation_details?.reason ?? null,
    trialEnd: isoOf(subscription.trial_end),
    pauseCollection: subscription.pause_collection?.behavior ?? null,
    collectionMethod: subscription.collection_method ?? subscription.billing ?? null,
    defaultPaymentMethod: subscription.default_payment_method ?? subscription.default_source ?? null,
    missingPaymentMethod: subscription.trial_settings?.end_behavior.missing_payment_method ?? null,
    pendingUpdate: (subscription.pending_update ?? null) !== null,
    items,
    itemsIncomplete: subscription.items?.has_more ?? false,
  }
}

/** Items of one subscription may have periods of different length: the first that ends decides. */
const periodEndOf = (items: SubscriptionContents['items']): string | undefined =>
  items.flatMap(({ currentPeriodEnd }) => currentPeriodEnd ?? []).sort()[0]

/** With flexible billing, a cancellation at the end of the period is a date. */
const isBy = (cancelAt: string | null, periodEnd: string | null): boolean =>
  cancelAt !== null && periodEnd !== null && cancelAt <= periodEnd

const isoOf = (time: Date | null | undefined): string | null => time?.toISOString() ?? null
