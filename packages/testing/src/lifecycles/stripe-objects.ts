/** Before 2025-03-31.basil a subscription and an invoice kept some fields elsewhere: https://docs.stripe.com/upgrades */
export type Shape = 'new' | 'old'

export interface Price {
  id: string
  interval: 'day' | 'week' | 'month' | 'year'
  /** In the currency's minor unit. */
  amount: number
}

export const MONTHLY: Price = { id: 'price_pro_monthly', interval: 'month', amount: 1_900 }
export const YEARLY: Price = { id: 'price_pro_yearly', interval: 'year', amount: 19_000 }

export interface SubscriptionOptions {
  id: string
  customerId: string
  status: string
  price: Price
  /** Unix seconds. */
  created: number
  periodEnd: number
  cancelAtPeriodEnd?: boolean
  canceledAt?: number | null
  metadata?: Record<string, string>
  shape?: Shape
}

/** https://docs.stripe.com/api/subscriptions/object */
export function subscriptionObject({ shape = 'new', ...options }: SubscriptionOptions) {
  const { id, customerId, status, price, created, periodEnd } = options
  const oldPlaces = { current_period_start: created, current_period_end: periodEnd, plan: planOf(price), quantity: 1 }
  return {
    id,
    object: 'subscription',
    ...(shape === 'old' && oldPlaces),
    billing_cycle_anchor: created,
    cancel_at: null,
    cancel_at_period_end: options.cancelAtPeriodEnd ?? false,
    canceled_at: options.canceledAt ?? null,
    collection_method: 'charge_automatically',
    created,
    currency: 'usd',
    customer: customerId,
    ended_at: status === 'canceled' ? (options.canceledAt ?? null) : null,
    items: itemsOf(options, shape),
    livemode: false,
    metadata: options.metadata ?? {},
    start_date: created,
    status,
    trial_end: null,
  }
}

/** The list of one item, which names the plan; `previous_attributes` repeats it whole when the plan changes. */
export function itemsOf(
  { id, price, created, periodEnd }: Pick<SubscriptionOptions, 'id' | 'price' | 'created' | 'periodEnd'>,
  shape: Shape = 'new',
) {
  const item = {
    id: id.replace('sub_', 'si_'),
    object: 'subscription_item',
    created,
    ...(shape === 'new' && { current_period_start: created, current_period_end: periodEnd }),
    plan: planOf(price),
    price: priceOf(price),
    quantity: 1,
    subscription: id,
  }
  return { object: 'list', data: [item], has_more: false, total_count: 1 }
}

const recurringOf = ({ interval }: Price) => ({ interval, interval_count: 1, usage_type: 'licensed' })

const planOf = (price: Price) => ({ id: price.id, object: 'plan', amount: price.amount, ...recurringOf(price) })

const priceOf = (price: Price) => ({
  id: price.id,
  object: 'price',
  currency: 'usd',
  recurring: recurringOf(price),
  type: 'recurring',
  unit_amount: price.amount,
})

export interface InvoiceOptions {
  id: string
  customerId: string
  subscriptionId?: string | null
  status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void'
  /** In the currency's minor unit. */
  amount: number
  /** Unix seconds. */
  created: number
  billingReason?: string
  attemptCount?: number
  /** Unix seconds. */
  nextPaymentAttempt?: number | null
  metadata?: Record<string, string>
  shape?: Shape
}

/** https://docs.stripe.com/api/invoices/object; `metadata` is the subscription's, as an invoice repeats it. */
export function invoiceObject({ shape = 'new', ...options }: InvoiceOptions) {
  const isPaid = options.status === 'paid'
  return {
    id: options.id,
    object: 'invoice',
    amount_due: options.amount,
    amount_paid: isPaid ? options.amount : 0,
    amount_remaining: isPaid ? 0 : options.amount,
    attempt_count: options.attemptCount ?? 1,
    attempted: true,
    billing_reason: options.billingReason ?? 'subscription_create',
    collection_method: 'charge_automatically',
    created: options.created,
    currency: 'usd',
    customer: options.customerId,
    livemode: false,
    metadata: {},
    next_payment_attempt: options.nextPaymentAttempt ?? null,
    ...(shape === 'new' ? subscriptionInNewPlace(options) : subscriptionInOldPlace(options)),
    status: options.status,
    total: options.amount,
  }
}

function subscriptionInNewPlace({ subscriptionId, metadata = {} }: InvoiceOptions) {
  if (!subscriptionId) return { parent: null }
  return {
    parent: {
      quote_details: null,
      subscription_details: { metadata, subscription: subscriptionId },
      type: 'subscription_details',
    },
  }
}

function subscriptionInOldPlace({ subscriptionId = null, status, metadata = {} }: InvoiceOptions) {
  return { paid: status === 'paid', subscription: subscriptionId, subscription_details: { metadata } }
}

export interface CheckoutSessionOptions {
  id: string
  customerId: string | null
  mode: 'payment' | 'subscription' | 'setup'
  userId?: string | null
  email?: string | null
  subscriptionId?: string | null
  invoiceId?: string | null
  paymentStatus?: 'paid' | 'unpaid' | 'no_payment_required'
  /** In the currency's minor unit. */
  amount?: number | null
  /** Unix seconds. */
  created: number
}

/** https://docs.stripe.com/api/checkout/sessions/object */
export function checkoutSession(options: CheckoutSessionOptions) {
  return {
    id: options.id,
    object: 'checkout.session',
    amount_total: options.amount ?? null,
    client_reference_id: options.userId ?? null,
    created: options.created,
    currency: options.amount ? 'usd' : null,
    customer: options.customerId,
    customer_details: options.email ? { email: options.email, name: null, phone: null } : null,
    invoice: options.invoiceId ?? null,
    livemode: false,
    metadata: {},
    mode: options.mode,
    payment_intent: options.mode === 'payment' ? options.id.replace('cs_', 'pi_') : null,
    payment_status: options.paymentStatus ?? 'paid',
    setup_intent: null,
    status: 'complete',
    subscription: options.subscriptionId ?? null,
  }
}
