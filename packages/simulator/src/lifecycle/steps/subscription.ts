import { isBeforeBasil } from '../../api-version.ts'
import type { SentEvent } from '../../sent-event.ts'
import {
  itemsOf,
  type PendingUpdate,
  type Price,
  subscriptionObject,
  TEAM,
  YEARLY,
} from '../../stripe-objects/index.ts'
import { type CustomerState, DAY, emit, metadataOf, openInvoice, PERIOD } from '../state.ts'

const UPDATED = 'customer.subscription.updated'

export const subscriptionSteps = {
  created: (state: CustomerState) => emit(state, 'customer.subscription.created', subscription(state)),
  /** The first charge succeeded, in the second in which the subscription was created. */
  activated: (state: CustomerState) => become(state, 'active'),
  past_due: (state: CustomerState) => become(state, 'past_due'),
  /** Stripe has given up, and keeps the subscription: https://docs.stripe.com/billing/subscriptions/overview#unpaid */
  unpaid: (state: CustomerState) => become(state, 'unpaid'),
  recovered: (state: CustomerState) => become(state, 'active'),
  /** The first invoice was not paid within 23 hours. */
  expired: (state: CustomerState) => {
    state.now += 23 * 3_600
    return become(state, 'incomplete_expired')
  },
  yearly: (state: CustomerState) => {
    state.now += DAY
    return change(state, () => {
      state.subscription.price = YEARLY
      state.subscription.periodStart = state.now
      state.subscription.periodEnd = state.now + PERIOD[YEARLY.interval]
    })
  },
  /** To a bigger plan in the middle of the period: unused time is credited, remaining time charged. */
  upgraded: (state: CustomerState) => {
    const old = state.subscription.price
    state.now = middleOfPeriod(state)
    const event = change(state, () => {
      state.subscription.price = TEAM
    })
    openUpgradeInvoice(state, old)
    return event
  },
  /** The same, but only once its invoice is paid. */
  upgrade_pending: (state: CustomerState) => {
    state.now = middleOfPeriod(state)
    state.subscription.pendingUpdate = { price: TEAM, expiresAt: state.now + 23 * 3_600 }
    openUpgradeInvoice(state, state.subscription.price)
    return emit(state, UPDATED, subscription(state), { pending_update: null })
  },
  upgrade_applied: (state: CustomerState) => {
    state.subscription.price = pendingUpdateOf(state).price
    state.subscription.pendingUpdate = null
    return emit(state, 'customer.subscription.pending_update_applied', subscription(state))
  },
  /** The invoice was not paid in time, so the price stays. */
  upgrade_expired: (state: CustomerState) => {
    state.now = pendingUpdateOf(state).expiresAt
    state.subscription.pendingUpdate = null
    return emit(state, 'customer.subscription.pending_update_expired', subscription(state))
  },
  /** The next period begins; its invoice is open. */
  renewed: (state: CustomerState) => {
    const event = change(state, () => beginPeriod(state))
    openInvoice(state, 'subscription_cycle')
    return event
  },
  trial_started: (state: CustomerState) => {
    const { subscription: held } = state
    held.status = 'trialing'
    held.trialEnd = state.now + 14 * DAY
    held.periodEnd = held.trialEnd
    openInvoice(state, 'subscription_create')
    return emit(state, 'customer.subscription.created', subscription(state))
  },
  /** Three days before the trial ends. */
  trial_will_end: (state: CustomerState) => {
    state.now = (state.subscription.trialEnd ?? state.now) - 3 * DAY
    return emit(state, 'customer.subscription.trial_will_end', subscription(state))
  },
  /** The first paid period begins; its invoice is open. */
  trial_over: (state: CustomerState) => {
    const event = change(state, () => {
      beginPeriod(state)
      state.subscription.status = 'active'
    })
    openInvoice(state, 'subscription_cycle')
    return event
  },
  canceling: (state: CustomerState) => {
    state.now += DAY
    state.subscription.cancelAtPeriodEnd = true
    state.subscription.canceledAt = state.now
    return emit(state, UPDATED, subscription(state), { cancel_at_period_end: false, canceled_at: null })
  },
  deleted: (state: CustomerState) => {
    const { cancelAtPeriodEnd, periodEnd } = state.subscription
    return end(state, Math.max(state.now + DAY, cancelAtPeriodEnd ? periodEnd : 0))
  },
  /** Stripe ends it in the second in which the last attempt to charge failed. */
  deleted_unpaid: (state: CustomerState) => end(state, state.now),
  paused: (state: CustomerState) => {
    state.now += DAY
    state.subscription.status = 'paused'
    return emit(state, 'customer.subscription.paused', subscription(state))
  },
  resumed: (state: CustomerState) => {
    state.now += DAY
    state.subscription.status = 'active'
    return emit(state, 'customer.subscription.resumed', subscription(state))
  },
}

/** An update that changes the status alone. */
function become(state: CustomerState, status: string): SentEvent {
  const previous = { status: state.subscription.status }
  state.subscription.status = status
  return emit(state, UPDATED, subscription(state), previous)
}

/** An update of plan or period; `previous_attributes` names every changed field. */
function change(state: CustomerState, apply: () => void): SentEvent {
  const before = { ...state.subscription }
  const { version } = state
  const items = itemsOf(before, version)
  apply()
  const now = state.subscription
  return emit(state, UPDATED, subscription(state), {
    items,
    ...(before.status !== now.status && { status: before.status }),
    ...(isBeforeBasil(version) && {
      ...(before.periodEnd !== now.periodEnd && { current_period_end: before.periodEnd }),
      ...(before.periodStart !== now.periodStart && { current_period_start: before.periodStart }),
      ...(before.price !== now.price && { plan: items.data[0]?.plan }),
    }),
  })
}

const middleOfPeriod = ({ subscription: { periodStart, price } }: CustomerState): number =>
  periodStart + PERIOD[price.interval] / 2

/** Unused time on the old price is credited, remaining time on the new one is charged. */
function openUpgradeInvoice(state: CustomerState, old: Price): void {
  const { id: subscriptionId, periodEnd } = state.subscription
  const line = { id: '', subscriptionId, periodStart: state.now, periodEnd, proration: true }
  openInvoice(state, 'subscription_update', [
    { ...line, description: `Unused time on ${old.name}`, amount: -old.amount / 2, price: old },
    { ...line, description: `Remaining time on ${TEAM.name}`, amount: TEAM.amount / 2, price: TEAM },
  ])
}

function pendingUpdateOf({ subscription: { pendingUpdate } }: CustomerState): PendingUpdate {
  if (!pendingUpdate) throw new Error('a step is about a pending update, and none was made before it')
  return pendingUpdate
}

function beginPeriod({ subscription: held }: CustomerState): void {
  held.periodStart = held.periodEnd
  held.periodEnd += PERIOD[held.price.interval]
}

function end(state: CustomerState, at: number): SentEvent {
  state.now = at
  state.subscription.status = 'canceled'
  state.subscription.canceledAt ??= at
  return emit(state, 'customer.subscription.deleted', subscription(state))
}

const subscription = (state: CustomerState) =>
  subscriptionObject({
    ...state.subscription,
    customerId: state.customer.id,
    latestInvoiceId: state.invoice.id,
    metadata: metadataOf(state),
    version: state.version,
  })
