import { z } from 'zod'
import { pageOf, time } from './common.ts'

/** Open dead letters with the same cause. */
export const DeadLetterGroup = z.object({
  fingerprint: z.string(),
  /** `code: message` of the newest one. */
  cause: z.string(),
  /** Type of the events, or kind of the effects. */
  type: z.string(),
  /** `event, effect`. */
  of: z.enum(['event', 'effect']),
  count: z.number(),
  first: time,
  last: time,
  state: z.literal('open'),
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
  error: z.string(),
  attempts: z.number(),
  failedAt: time,
})

export type DeadLetterMember = z.output<typeof DeadLetterMember>

/** `GET /api/dead-letters/:fingerprint`: the open members of a group. */
export const DeadLetterMembers = pageOf(DeadLetterMember)

export type DeadLetterMembers = z.output<typeof DeadLetterMembers>
