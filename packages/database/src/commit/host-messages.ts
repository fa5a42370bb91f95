import type { Effect, Fact, HostMessageType } from '@sluice/events'
import { type CheckoutRegisters, checkoutSessionMerge, isFulfilled } from '../merges/checkout-session.ts'
import { disputeMerge } from '../merges/dispute.ts'
import { type AnyMerge, type Merged, mergeOf } from '../merges/index.ts'
import { outcomeOf, type PaymentInput, type PaymentRegisters } from '../merges/payment.ts'
import { type RefundRegisters, refundMerge } from '../merges/refund.ts'
import { subscriptionMerge } from '../merges/subscription.ts'
import type { TracedEffect } from '../outbox/write-outbox.ts'
import type { Generations } from './derive-generations.ts'
import type { Derived } from './derive-users.ts'
import { hostMessage } from './host-message.ts'
import { customerOf } from './stale-caches.ts'

/** An event of a batch, as far as messages need it. */
export interface Notified {
  eventId: string
  facts: Fact[]
}

/** The results of a batch. */
export interface Results {
  merged: ReadonlyMap<AnyMerge, Merged>
  users: Derived
  generations: Generations
}

/** The messages about what an event has changed, besides those about payments and entitlements. */
export function hostMessages(event: Notified, results: Results): Effect[] {
  const { eventId, facts } = event
  const { merged, users } = results
  const customers = new Set(facts.map(customerOf).filter((id) => id !== null))
  const linked = users.movedCustomers.filter((id) => customers.has(id))
  const moved = users.movedSubscriptions.filter(({ customer }) => customers.has(customer))
  return [
    ...facts.flatMap((fact) => messagesOfRow(fact, eventId, merged)),
    ...moved.map(({ subscription }) => hostMessage('subscription.changed', subscription, eventId)),
    ...linked.map((customer) => hostMessage('customer.linked', customer, eventId)),
    ...facts.flatMap((fact) => messagesOfGeneration(fact, results.generations)),
  ]
}

/** The messages to the host when a row of each kind changes. */
const OF_ROW = new Map<AnyMerge, (key: string, eventId: string, after: object, before?: object) => Effect[]>([
  [subscriptionMerge as AnyMerge, (key, eventId) => [hostMessage('subscription.changed', key, eventId)]],
  [disputeMerge as AnyMerge, (key, eventId) => [hostMessage('dispute.changed', key, eventId)]],
  [
    checkoutSessionMerge as AnyMerge,
    (key, _, after, before) =>
      isFulfilled(after as CheckoutRegisters) && !(before && isFulfilled(before as CheckoutRegisters))
        ? [hostMessage('checkout.completed', key)]
        : [],
  ],
  [
    refundMerge as AnyMerge,
    (key, _, after, before) => {
      const status = statusOf(after)
      return before && statusOf(before) === status ? [] : [hostMessage('payment.refunded', key, status)]
    },
  ],
])

const statusOf = (registers: object): string => (registers as RefundRegisters).latest.contents.status

function messagesOfRow(fact: Fact, eventId: string, merged: Results['merged']): Effect[] {
  const merge = mergeOf(fact)
  const rows = merged.get(merge)
  const key = merge.keyOf(fact)
  const after = rows?.registers.get(key)
  return (after && rows?.changed.has(key) && OF_ROW.get(merge)?.(key, eventId, after, rows.before.get(key))) || []
}

const ENDINGS: Record<string, HostMessageType> = {
  succeeded: 'generation.completed',
  failed: 'generation.failed',
  canceled: 'generation.canceled',
  aborted: 'generation.canceled',
}

function messagesOfGeneration(fact: Fact, generations: Generations): Effect[] {
  const ended = fact.kind === 'prediction' ? generations.get(fact.predictionId) : undefined
  const type = ended && ENDINGS[ended.status]
  return ended && type ? [hostMessage(type, ended.jobId)] : []
}

/**
 * The messages about payments that were paid, or that failed, by the events that said so.
 *
 * @param silent events that tell of the past
 */
export function paymentMessages(
  payments: PaymentInput[],
  rows: Merged | undefined,
  silent: ReadonlySet<string>,
): TracedEffect[] {
  return payments.flatMap(({ paymentId, webhookEventId }) => {
    if (silent.has(webhookEventId)) return []
    const after = rows?.registers.get(paymentId) as PaymentRegisters | undefined
    if (!after || after.forgotten || !rows?.changed.has(paymentId)) return []
    const before = rows.before.get(paymentId) as PaymentRegisters | undefined
    const outcome = outcomeOf(after)
    if (outcome === null || (before && outcomeOf(before) === outcome)) return []
    return [{ ...hostMessage(`payment.${outcome}`, paymentId), webhookEventId }]
  })
}
