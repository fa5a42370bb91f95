import { isBeforeBasil } from '../api-version.ts'
import type { SentEvent } from '../sent-event.ts'
import { itemsOf, subscriptionObject, TEAM, YEARLY } from '../stripe-objects/index.ts'
import { DAY, type Life, metadataOf, openInvoice, PERIOD, tell } from './life.ts'

const UPDATED = 'customer.subscription.updated'

export const subscriptionSteps = {
  created: (life: Life) => tell(life, 'customer.subscription.created', subscription(life)),
  /** The first charge succeeded, in the same second as ever. */
  activated: (life: Life) => become(life, 'active'),
  past_due: (life: Life) => become(life, 'past_due'),
  recovered: (life: Life) => become(life, 'active'),
  /** Nobody paid the first invoice within 23 hours. */
  expired: (life: Life) => {
    life.now += 23 * 3_600
    return become(life, 'incomplete_expired')
  },
  yearly: (life: Life) => {
    life.now += DAY
    return change(life, () => {
      life.subscription.price = YEARLY
      life.subscription.periodStart = life.now
      life.subscription.periodEnd = life.now + PERIOD[YEARLY.interval]
    })
  },
  /** To a bigger plan in the middle of the period: the rest of the old one is given back, that of the new one charged. */
  upgraded: (life: Life) => {
    const { subscription: held } = life
    const old = held.price
    life.now = held.periodStart + PERIOD[old.interval] / 2
    const event = change(life, () => {
      held.price = TEAM
    })
    const line = { id: '', subscriptionId: held.id, periodStart: life.now, periodEnd: held.periodEnd, proration: true }
    openInvoice(life, 'subscription_update', [
      { ...line, description: `Unused time on ${old.name}`, amount: -old.amount / 2, price: old },
      { ...line, description: `Remaining time on ${TEAM.name}`, amount: TEAM.amount / 2, price: TEAM },
    ])
    return event
  },
  /** The next period begins; its invoice is open. */
  renewed: (life: Life) => {
    const event = change(life, () => beginPeriod(life))
    openInvoice(life, 'subscription_cycle')
    return event
  },
  trial_started: (life: Life) => {
    const { subscription: held } = life
    held.status = 'trialing'
    held.trialEnd = life.now + 14 * DAY
    held.periodEnd = held.trialEnd
    openInvoice(life, 'subscription_create')
    return tell(life, 'customer.subscription.created', subscription(life))
  },
  /** Three days before the trial ends. */
  trial_will_end: (life: Life) => {
    life.now = (life.subscription.trialEnd ?? life.now) - 3 * DAY
    return tell(life, 'customer.subscription.trial_will_end', subscription(life))
  },
  /** The first period that costs begins; its invoice is open. */
  trial_over: (life: Life) => {
    const event = change(life, () => {
      beginPeriod(life)
      life.subscription.status = 'active'
    })
    openInvoice(life, 'subscription_cycle')
    return event
  },
  canceling: (life: Life) => {
    life.now += DAY
    life.subscription.cancelAtPeriodEnd = true
    life.subscription.canceledAt = life.now
    return tell(life, UPDATED, subscription(life), { cancel_at_period_end: false, canceled_at: null })
  },
  deleted: (life: Life) => {
    const { cancelAtPeriodEnd, periodEnd } = life.subscription
    return end(life, Math.max(life.now + DAY, cancelAtPeriodEnd ? periodEnd : 0))
  },
  /** Stripe ends it in the second in which the last attempt to charge failed. */
  deleted_unpaid: (life: Life) => end(life, life.now),
  paused: (life: Life) => {
    life.now += DAY
    life.subscription.status = 'paused'
    return tell(life, 'customer.subscription.paused', subscription(life))
  },
  resumed: (life: Life) => {
    life.now += DAY
    life.subscription.status = 'active'
    return tell(life, 'customer.subscription.resumed', subscription(life))
  },
}

/** An update of the status alone. */
function become(life: Life, status: string): SentEvent {
  const previous = { status: life.subscription.status }
  life.subscription.status = status
  return tell(life, UPDATED, subscription(life), previous)
}

/** An update of plan or period, which names all of what changed. */
function change(life: Life, apply: () => void): SentEvent {
  const before = { ...life.subscription }
  const { version } = life
  const items = itemsOf(before, version)
  apply()
  const now = life.subscription
  return tell(life, UPDATED, subscription(life), {
    items,
    ...(before.status !== now.status && { status: before.status }),
    ...(isBeforeBasil(version) && {
      ...(before.periodEnd !== now.periodEnd && { current_period_end: before.periodEnd }),
      ...(before.periodStart !== now.periodStart && { current_period_start: before.periodStart }),
      ...(before.price !== now.price && { plan: items.data[0]?.plan }),
    }),
  })
}

function beginPeriod({ subscription: held }: Life): void {
  held.periodStart = held.periodEnd
  held.periodEnd += PERIOD[held.price.interval]
}

function end(life: Life, at: number): SentEvent {
  life.now = at
  life.subscription.status = 'canceled'
  life.subscription.canceledAt ??= at
  return tell(life, 'customer.subscription.deleted', subscription(life))
}

const subscription = (life: Life) =>
  subscriptionObject({
    ...life.subscription,
    customerId: life.customer.id,
    latestInvoiceId: life.invoice.id,
    metadata: metadataOf(life),
    version: life.version,
  })
