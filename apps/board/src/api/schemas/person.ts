import { z } from 'zod'
import { time } from './common.ts'
import { Document, Email, LedgerLine } from './event-life.ts'
import { EventItem } from './events.ts'
import { Generation } from './generations.ts'

export const User = z.object({
  id: z.string(),
  role: z.string(),
  /** The role that the host gave, while `role` follows from subscriptions. */
  hostRole: z.string().nullable(),
  stripeCustomerId: z.string().nullable(),
})

export const Customer = z.object({
  id: z.string(),
  userId: z.string().nullable(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  deleted: z.boolean(),
})

export const Subscription = z.object({
  id: z.string(),
  customerId: z.string(),
  userId: z.string().nullable(),
  status: z.string(),
  isActive: z.boolean(),
  /** Whether it gives PREMIUM while it is active. */
  givesPremium: z.boolean(),
  billingPeriod: z.string().nullable(),
  priceId: z.string().nullable(),
  quantity: z.number().nullable(),
  currency: z.string().nullable(),
  currentPeriodEnd: time.nullable(),
  cancelAtPeriodEnd: z.boolean(),
  cancelAt: time.nullable(),
  canceledAt: time.nullable(),
  trialEnd: time.nullable(),
  accessUntil: time.nullable(),
})

export const Payment = z.object({
  id: z.string(),
  invoiceId: z.string().nullable(),
  subscriptionId: z.string().nullable(),
  customerId: z.string().nullable(),
  /** `succeeded, failed`. */
  status: z.string(),
  /** In the currency's minor unit. */
  amount: z.number(),
  currency: z.string(),
  attemptCount: z.number(),
  nextPaymentAttempt: time.nullable(),
  occurredAt: time,
  /** The event that said so; null if it is deleted. */
  eventId: z.string().nullable(),
})

/** A bar of a subscription, or the point in time of a payment, refund or dispute. */
export const TimelineItem = z.object({
  kind: z.enum(['subscription', 'payment', 'refund', 'dispute']),
  id: z.string(),
  /** Null: not recorded. */
  status: z.string().nullable(),
  at: time,
  /** The end of a bar; null while it lasts, and for points. */
  until: time.nullable(),
  priceId: z.string().nullable(),
  quantity: z.number().nullable(),
  /** In the currency's minor unit. */
  amount: z.number().nullable(),
  currency: z.string().nullable(),
  /** The event that said so; null if none did, or if it is deleted. */
  provider: z.string().nullable(),
  eventId: z.string().nullable(),
})

/** Of a person: the newest of each list, at most 100. */
const lists = {
  customers: z.array(Customer),
  subscriptions: z.array(Subscription),
  /** Newest first. */
  events: z.array(EventItem),
  /** Changes of subscriptions and money, newest first, of everything that is known. */
  timeline: z.array(TimelineItem),
  payments: z.array(Payment),
  ledger: z.array(LedgerLine.omit({ isOwn: true })),
  documents: z.array(Document.omit({ isOwn: true })),
  emails: z.array(Email),
  generations: z.array(Generation),
  /** Changes of the role, newest first, each with the event that caused it. Those of the host are not seen. */
  roleHistory: z.array(
    z.object({
      role: z.string(),
      before: z.string().nullable(),
      at: time,
      /** Null: no event caused it, or it is deleted. */
      provider: z.string().nullable(),
      eventId: z.string().nullable(),
      type: z.string().nullable(),
      /** Why, where no new event did it: `replay`, `access ended`, `payment trusted`, `settings`, `host`. */
      cause: z.string().nullable(),
    }),
  ),
}

export const Why = z.object({
  /** One sentence for the role. */
  text: z.string(),
  /** The event behind it; null if none is known. */
  event: z.object({ provider: z.string(), eventId: z.string(), type: z.string() }).nullable(),
})

/** `GET /api/users/:id` and `GET /api/customers/:id`. The user of a customer may be unknown. */
export const Person = z.object({ user: User.nullable(), ...lists, why: Why })

export type Person = z.output<typeof Person>

/** `GET /api/users/:id/history` and `GET /api/customers/:id/history`: the state after each commit that changed it. */
export const PersonHistory = z.object({
  /** Oldest first. Of the events, those of the newest 100. */
  moments: z.array(
    z.object({
      at: time,
      /** Those of one commit. */
      events: z.array(z.object({ provider: z.string(), eventId: z.string(), type: z.string() })),
      /** Why, where no new event did it: `replay`, `access ended`, `payment trusted`, `settings`, `host`. */
      cause: z.string().nullable(),
    }),
  ),
  /** The state at a time is that of all periods with `from` ≤ time < `until`. */
  periods: z.array(
    z.object({
      /** `users, subscriptions, payments, entitlements`. */
      table: z.string(),
      /** Of an entitlement its source, `customer:<id>` or `subscription:<id>`. */
      key: z.string(),
      values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      /** Null: it is not known since when. */
      from: time.nullable(),
      /** Null while it lasts. */
      until: time.nullable(),
    }),
  ),
  /** Before these times, what was otherwise is not known. */
  knownSince: z.object({ changes: time, entitlements: time }),
})

export type PersonHistory = z.output<typeof PersonHistory>
