import { type ApiVersion, isBeforeBasil, NEWEST_VERSION, namesPlans } from '../api-version.ts'
import { type Price, planOf, priceOf } from './price.ts'

export interface SubscriptionOptions {
  id: string
  customerId: string
  status: string
  price: Price
  /** Unix seconds, as all times here. */
  created: number
  /** Default: `created`. */
  periodStart?: number
  periodEnd: number
  trialEnd?: number | null
  cancelAtPeriodEnd?: boolean
  canceledAt?: number | null
  paymentMethodId?: string | null
  latestInvoiceId?: string | null
  pendingUpdate?: PendingUpdate | null
  metadata?: Record<string, string>
  version?: ApiVersion
}

/** A change of the price that waits for its payment: https://docs.stripe.com/billing/subscriptions/pending-updates */
export interface PendingUpdate {
  price: Price
  expiresAt: number
}

/** https://docs.stripe.com/api/subscriptions/object */
export function subscriptionObject({ version = NEWEST_VERSION, ...options }: SubscriptionOptions) {
  const { id, status, price, created, canceledAt = null, trialEnd = null } = options
  const isOver = status === 'canceled' || status === 'incomplete_expired'
  return {
    id,
    object: 'subscription',
    application: null,
    automatic_tax: { enabled: false },
    billing_cycle_anchor: trialEnd ?? created,
    cancel_at: null,
    cancel_at_period_end: options.cancelAtPeriodEnd ?? false,
    canceled_at: canceledAt,
    cancellation_details: { comment: null, feedback: null, reason: canceledAt ? 'cancellation_requested' : null },
    collection_method: 'charge_automatically',
    created,
    currency: 'usd',
    ...(isBeforeBasil(version) && periodOf(options)),
    customer: options.customerId,
    default_payment_method: options.paymentMethodId ?? null,
    ended_at: isOver ? canceledAt : null,
    items: itemsOf(options, version),
    latest_invoice: options.latestInvoiceId ?? null,
    livemode: false,
    metadata: options.metadata ?? {},
    pause_collection: null,
    pending_update: pendingUpdateOf(options, version),
    ...(namesPlans(version) && { plan: planOf(price), quantity: 1 }),
    start_date: created,
    status,
    trial_end: trialEnd,
    trial_start: trialEnd === null ? null : created,
  }
}

type ItemOptions = Pick<SubscriptionOptions, 'id' | 'price' | 'created' | 'periodStart' | 'periodEnd'>

/** The list with the one item of a subscription. `previous_attributes` repeats the whole list when the plan changes. */
export function itemsOf(options: ItemOptions, version: ApiVersion = NEWEST_VERSION) {
  const { id, price, created } = options
  const item = {
    id: itemIdOf(id),
    object: 'subscription_item',
    created,
    ...(!isBeforeBasil(version) && periodOf(options)),
    discounts: [],
    metadata: {},
    ...(namesPlans(version) && { plan: planOf(price) }),
    price: priceOf(price),
    quantity: 1,
    subscription: id,
    tax_rates: [],
  }
  return {
    object: 'list',
    data: [item],
    has_more: false,
    total_count: 1,
    url: `/v1/subscription_items?subscription=${id}`,
  }
}

function pendingUpdateOf({ pendingUpdate, ...options }: SubscriptionOptions, version: ApiVersion) {
  if (!pendingUpdate) return null
  return {
    billing_cycle_anchor: null,
    expires_at: pendingUpdate.expiresAt,
    subscription_items: itemsOf({ ...options, price: pendingUpdate.price }, version).data,
    trial_end: null,
    trial_from_plan: null,
  }
}

export const itemIdOf = (subscriptionId: string): string => subscriptionId.replace('sub_', 'si_')

const periodOf = ({ created, periodStart = created, periodEnd }: ItemOptions) => ({
  current_period_end: periodEnd,
  current_period_start: periodStart,
})
