import { z } from 'zod'
import { pageOf, time } from './common.ts'

/** Dead letters with the same cause. */
export const DeadLetterGroup = z.object({
  fingerprint: z.string(),
  /** `code: message` of the newest one. */
  cause: z.string(),
  /** Type of the events, or kind of the effects. */
  type: z.string(),
  /** `event, effect`. */
  of: z.enum(['event', 'effect']),
  /** Open dead letters. 0: all were redriven, and operators ignore the group, or have resolved it. */
  count: z.number(),
  first: time,
  last: time,
  /** `open, ignored, resolved`. */
  state: z.enum(['open', 'ignored', 'resolved']),
  /** Whether a dead letter came after it was resolved, which opened it again. */
  regressed: z.boolean(),
  regressedAt: time.nullable(),
  /** When an ignored group is open again; null: never by itself. */
  ignoredUntil: time.nullable(),
  note: z.string().nullable(),
  /** The person who looks after it. */
  owner: z.string().nullable(),
  changedBy: z.string().nullable(),
  changedAt: time.nullable(),
  resolvedAt: time.nullable(),
  /** The version of the handlers that was deployed then. */
  resolvedVersion: z.string().nullable(),
  /** Customers that its open dead letters name. */
  customers: z.number(),
  /** Sums of what its open dead letters are about, in minor units. */
  money: z.array(z.object({ currency: z.string(), amount: z.number() })),
  /** Dead letters on each of the last 14 days, redriven ones too, the oldest day first. */
  daily: z.array(z.number()),
})

export type DeadLetterGroup = z.output<typeof DeadLetterGroup>

/** `GET /api/dead-letters`. */
export const DeadLetterGroups = pageOf(DeadLetterGroup)

export type DeadLetterGroups = z.output<typeof DeadLetterGroups>

export const DeadLetterMember = z.object({
  id: z.string(),
  provider: z.string(),
  eventId: z.string(),
  type: z.string(),
  /** Of an effect. */
  effectKey: z.string().nullable(),
  customerId: z.string().nullable(),
  /** In minor units. */
  amount: z.number().nullable(),
  currency: z.string().nullable(),
  error: z.string(),
  attempts: z.number(),
  failedAt: time,
})

export type DeadLetterMember = z.output<typeof DeadLetterMember>

/** `GET /api/dead-letters/:fingerprint`: the open members of a group. */
export const DeadLetterMembers = pageOf(DeadLetterMember).extend({
  /** Null if nothing is open and operators have said nothing. */
  group: DeadLetterGroup.nullable(),
})

export type DeadLetterMembers = z.output<typeof DeadLetterMembers>
