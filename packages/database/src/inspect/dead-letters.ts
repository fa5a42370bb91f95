import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'

const Group = z.object({
  fingerprint: z.string(),
  cause: z.string(),
  type: z.string(),
  of: z.enum(['event', 'effect']),
  count: z.number(),
  first: z.date(),
  last: z.date(),
})

const GROUPS = `SELECT fingerprint, (array_agg(error ORDER BY id DESC))[1] AS cause, type,
    CASE WHEN outbox_message_id IS NULL THEN 'event' ELSE 'effect' END AS of,
    count(*)::int AS count, min(failed_at) AS first, max(failed_at) AS last
  FROM webhook_dead_letters WHERE redriven_at IS NULL
  GROUP BY fingerprint, type, outbox_message_id IS NULL
  ORDER BY last DESC, fingerprint LIMIT $1`

/** Open dead letters by their cause, the newest first. */
export const listDeadLetterGroups = (pool: Pool, limit: number) => queryRows(pool, Group, GROUPS, [limit])

const Member = z.object({
  id: z.string(),
  provider: z.string(),
  eventId: z.string(),
  type: z.string(),
  effectKey: z.string().nullable(),
  customerId: z.string().nullable(),
  error: z.string(),
  attempts: z.number(),
  failedAt: z.date(),
})

const MEMBERS = `SELECT d.id::text, d.provider, d.event_id AS "eventId", d.type, o.effect_key AS "effectKey",
    e.customer_id AS "customerId", d.error, d.attempts, d.failed_at AS "failedAt"
  FROM webhook_dead_letters d
    LEFT JOIN outbox_messages o ON o.id = d.outbox_message_id
    LEFT JOIN webhook_events e ON e.provider = d.provider AND e.event_id = d.event_id
  WHERE d.fingerprint = $1 AND d.redriven_at IS NULL AND ($2::bigint IS NULL OR d.id < $2)
  ORDER BY d.id DESC LIMIT $3`

/** The open dead letters of a group, newest first. @param before only rows with a smaller id */
export const listDeadLetterMembers = (
  pool: Pool,
  { fingerprint, before, limit }: { fingerprint: string; before?: string | undefined; limit: number },
) => queryRows(pool, Member, MEMBERS, [fingerprint, before ?? null, limit])
