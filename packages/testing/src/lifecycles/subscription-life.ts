import { createRandom } from './random.ts'
import type { SentEvent } from './sent-event.ts'
import { stripeEvent } from './stripe-event.ts'
import {
  checkoutSession,
  invoiceObject,
  itemsOf,
  MONTHLY,
  type Price,
  type Shape,
  subscriptionObject,
  YEARLY,
} from './stripe-objects.ts'

const DAY = 86_400
const PERIOD = { day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY }

/** Each step is one event. */
export type Step = keyof typeof STEPS

export interface SubscriptionLifeOptions {
  /** The same seed gives the same life, ids included; another seed shares no id with it. */
  seed: string | number
  steps: readonly Step[]
  userId?: string
  customerId?: string
  email?: string
  /** Unix seconds. */
  start?: number
  shape?: Shape
}

/** The events of one subscription in the order in which they happened. Deliver them in any. */
export function subscriptionLife({ steps, ...options }: SubscriptionLifeOptions): SentEvent[] {
  const life = begin(options)
  return steps.map((step) => STEPS[step](life))
}

interface Life {
  options: Omit<SubscriptionLifeOptions, 'steps'>
  subscriptionId: string
  customerId: string
  created: number
  now: number
  status: string
  price: Price
  periodEnd: number
  cancelAtPeriodEnd: boolean
  canceledAt: number | null
  invoice: { id: string; created: number; isPaid: boolean; attempts: number; isFirst: boolean }
  id(prefix: string): string
}

function begin(options: Omit<SubscriptionLifeOptions, 'steps'>): Life {
  const random = createRandom(`subscription:${options.seed}`)
  const id = (prefix: string) => random.id(prefix, 24)
  const created = options.start ?? Date.UTC(2026, 0, 5, 9) / 1000
  return {
    options,
    subscriptionId: id('sub_'),
    customerId: options.customerId ?? id('cus_').slice(0, 18),
    created,
    now: created,
    status: 'incomplete',
    price: MONTHLY,
    periodEnd: created + PERIOD[MONTHLY.interval],
    cancelAtPeriodEnd: false,
    canceledAt: null,
    invoice: { id: id('in_'), created, isPaid: false, attempts: 0, isFirst: true },
    id,
  }
}

const STEPS = {
  /** Checkout is finished: the customer's user becomes known. */
  checkout: (life: Life) =>
    event(
      life,
      'checkout.session.completed',
      checkoutSession({
        id: life.id('cs_test_'),
        customerId: life.customerId,
        mode: 'subscription',
        userId: life.options.userId ?? null,
        email: life.options.email ?? null,
        subscriptionId: life.subscriptionId,
        invoiceId: life.invoice.id,
        amount: life.price.amount,
        created: life.now,
      }),
    ),
  created: (life: Life) => event(life, 'customer.subscription.created', subscription(life)),
  /** The first charge succeeded, in the same second as ever. */
  activated: (life: Life) => become(life, 'active'),
  paid: (life: Life) => pay(life, 'invoice.paid'),
  /** Stripe tells of the same payment under its second name. */
  payment_succeeded: (life: Life) => pay(life, 'invoice.payment_succeeded'),
  /** An attempt to charge; after a paid invoice, that of the next period. */
  payment_failed: (life: Life) => {
    openInvoice(life)
    life.invoice.attempts += 1
    life.now += 60
    return event(life, 'invoice.payment_failed', invoice(life))
  },
  past_due: (life: Life) => become(life, 'past_due'),
  recovered: (life: Life) => become(life, 'active'),
  /** Nobody paid the first invoice within 23 hours. */
  expired: (life: Life) => {
    life.now += 23 * 3_600
    return become(life, 'incomplete_expired')
  },
  yearly: (life: Life) => {
    life.now += DAY
    const previous = planFields(life)
    life.price = YEARLY
    life.periodEnd = life.now + PERIOD[YEARLY.interval]
    return event(life, 'customer.subscription.updated', subscription(life), previous)
  },
  /** The next period begins; its invoice is open. */
  renewed: (life: Life) => {
    const previous = planFields(life)
    openInvoice(life)
    life.periodEnd += PERIOD[life.price.interval]
    return event(life, 'customer.subscription.updated', subscription(life), previous)
  },
  canceling: (life: Life) => {
    life.now += DAY
    life.cancelAtPeriodEnd = true
    life.canceledAt = life.now
    const previous = { cancel_at_period_end: false, canceled_at: null }
    return event(life, 'customer.subscription.updated', subscription(life), previous)
  },
  deleted: (life: Life) => {
    life.now = Math.max(life.now + DAY, life.cancelAtPeriodEnd ? life.periodEnd : 0)
    life.status = 'canceled'
    life.canceledAt ??= life.now
    return event(life, 'customer.subscription.deleted', subscription(life))
  },
}

/** An update of the status alone. */
function become(life: Life, status: string): SentEvent {
  const previous = { status: life.status }
  life.status = status
  return event(life, 'customer.subscription.updated', subscription(life), previous)
}

function pay(life: Life, type: 'invoice.paid' | 'invoice.payment_succeeded'): SentEvent {
  if (!life.invoice.isPaid) {
    life.invoice.isPaid = true
    life.invoice.attempts += 1
    life.now += 1
  }
  return event(life, type, invoice(life))
}

/** After a paid invoice, the one of the next period, at its beginning. */
function openInvoice(life: Life): void {
  if (!life.invoice.isPaid) return
  life.now = Math.max(life.now, life.periodEnd)
  life.invoice = { id: life.id('in_'), created: life.now, isPaid: false, attempts: 0, isFirst: false }
}

const event = (life: Life, type: string, object: object, previous?: object): SentEvent =>
  stripeEvent(type, object, { id: life.id('evt_'), created: life.now, ...(previous && { previous }) })

const metadataOf = ({ options }: Life): Record<string, string> => (options.userId ? { user_id: options.userId } : {})

const shapeOf = ({ options }: Life): Shape => options.shape ?? 'new'

const subscription = (life: Life) =>
  subscriptionObject({
    id: life.subscriptionId,
    customerId: life.customerId,
    status: life.status,
    price: life.price,
    created: life.created,
    periodEnd: life.periodEnd,
    cancelAtPeriodEnd: life.cancelAtPeriodEnd,
    canceledAt: life.canceledAt,
    metadata: metadataOf(life),
    shape: shapeOf(life),
  })

/** What `previous_attributes` names when plan or period change. */
function planFields(life: Life): object {
  const items = itemsOf({ ...life, id: life.subscriptionId }, shapeOf(life))
  return shapeOf(life) === 'new' ? { items } : { items, current_period_end: life.periodEnd }
}

const invoice = (life: Life) =>
  invoiceObject({
    id: life.invoice.id,
    customerId: life.customerId,
    subscriptionId: life.subscriptionId,
    status: life.invoice.isPaid ? 'paid' : 'open',
    amount: life.price.amount,
    created: life.invoice.created,
    billingReason: life.invoice.isFirst ? 'subscription_create' : 'subscription_cycle',
    attemptCount: life.invoice.attempts,
    nextPaymentAttempt: life.invoice.isPaid || life.invoice.isFirst ? null : life.now + 3 * DAY,
    metadata: metadataOf(life),
    shape: shapeOf(life),
  })
