import type { Pool } from 'pg'
import { z } from 'zod'
import type { GroupState } from '../dead-letters/groups.ts'
import { queryRows } from '../sql/rows.ts'
import { createParameters } from './parameters.ts'

const Group = z.object({
  fingerprint: z.string(),
  cause: z.string(),
  type: z.string(),
  of: z.enum(['event', 'effect']),
  count: z.number(),
  first: z.date(),
  last: z.date(),
  customers: z.number(),
  state: z.enum(['open', 'ignored', 'resolved']),
  ignoredUntil: z.date().nullable(),
  note: z.string().nullable(),
  owner: z.string().nullable(),
  changedBy: z.string().nullable(),
  changedAt: z.date().nullable(),
  resolvedAt: z.date().nullable(),
  resolvedVersion: z.string().nullable(),
  regressedAt: z.date().nullable(),
})

/** Days of the counts of a group. */
export const GROUP_DAYS = 14

const Money = z.object({ fingerprint: z.string(), currency: z.string(), amount: z.number() })

const Day = z.object({ fingerprint: z.string(), day: z.number(), count: z.number() })

export interface GroupFilter {
  state?: GroupState | undefined
  fingerprint?: string | undefined
}

/** The last group of the page before. */
export interface GroupCursor {
  last: Date
  fingerprint: string
}

export type DeadLetterGroupRow = z.infer<typeof Group> & {
  /** Sums of what its open dead letters are about, by currency. */
  money: { currency: string; amount: number }[]
  /** Dead letters on each of the last `GROUP_DAYS` days, redriven ones too, the oldest day first. */
  daily: number[]
}

/** The first or the last dead letter of a group `g`. */
const endOf = (order: 'ASC' | 'DESC'): string => `SELECT id, failed_at FROM webhook_dead_letters
  WHERE fingerprint = g.fingerprint ORDER BY failed_at ${order}, id ${order} LIMIT 1`

/** Open dead letters by cause, and causes that operators ignore or have resolved, of which none is open. */
const GROUPS = `
  SELECT l.fingerprint, l.count, l.customers, l.first, l.last, d.error AS cause, d.type,
    CASE WHEN d.outbox_message_id IS NULL THEN 'event' ELSE 'effect' END AS of,
    CASE WHEN g.state = 'ignored' AND g.ignored_until <= now() THEN 'open' ELSE coalesce(g.state, 'open') END AS state,
    g.ignored_until AS "ignoredUntil", g.note, g.owner, g.changed_by AS "changedBy", g.changed_at AS "changedAt",
    g.resolved_at AS "resolvedAt", g.resolved_version AS "resolvedVersion", g.regressed_at AS "regressedAt"
  FROM (
    SELECT fingerprint, min(failed_at) AS first, max(failed_at) AS last, max(id) AS newest, count(*)::int AS count,
      count(DISTINCT customer_id)::int AS customers
    FROM webhook_dead_letters WHERE redriven_at IS NULL GROUP BY fingerprint
    UNION ALL
    SELECT g.fingerprint, first.failed_at, last.failed_at, last.id, 0, 0
    FROM dead_letter_groups g, LATERAL (${endOf('ASC')}) AS first, LATERAL (${endOf('DESC')}) AS last
    WHERE g.state <> 'open' AND NOT EXISTS (
      SELECT FROM webhook_dead_letters WHERE fingerprint = g.fingerprint AND redriven_at IS NULL)
  ) AS l
    JOIN webhook_dead_letters d ON d.id = l.newest
    LEFT JOIN dead_letter_groups g ON g.fingerprint = l.fingerprint`

const MONEY = `SELECT fingerprint, currency, sum(amount)::float8 AS amount FROM webhook_dead_letters
  WHERE fingerprint = ANY ($1::text[]) AND redriven_at IS NULL AND amount IS NOT NULL
  GROUP BY 1, 2 ORDER BY 1, 3 DESC`

const DAYS = `SELECT fingerprint, greatest(0, floor(extract(epoch FROM now() - failed_at) / 86400))::int AS day, count(*)::int AS count
  FROM webhook_dead_letters
  WHERE fingerprint = ANY ($1::text[]) AND failed_at > now() - make_interval(days => ${GROUP_DAYS}) GROUP BY 1, 2`

/** Dead letters by their cause, the newest first. */
export async function listDeadLetterGroups(
  pool: Pool,
  filter: GroupFilter,
  page: { limit: number; before?: GroupCursor | undefined },
): Promise<DeadLetterGroupRow[]> {
  const { text, values } = groupsQuery(filter, page)
  const groups = await queryRows(pool, Group, text, values)
  const fingerprints = groups.map(({ fingerprint }) => fingerprint)
  const money = await queryRows(pool, Money, MONEY, [fingerprints])
  const days = await queryRows(pool, Day, DAYS, [fingerprints])
  return groups.map((group) => {
    const isOwn = ({ fingerprint }: { fingerprint: string }) => fingerprint === group.fingerprint
    return { ...group, money: money.filter(isOwn), daily: dailyOf(days.filter(isOwn)) }
  })
}

function groupsQuery(
  { state, fingerprint }: GroupFilter,
  { limit, before }: { limit: number; before?: GroupCursor | undefined },
) {
  const { values, $ } = createParameters()
  const conditions = [
    ...(state === undefined ? [] : [`state = ${$(state)}`]),
    ...(fingerprint === undefined ? [] : [`fingerprint = ${$(fingerprint)}`]),
    ...(before === undefined
      ? []
      : [`(last, fingerprint) < (${$(before.last)}::timestamptz, ${$(before.fingerprint)}::text)`]),
  ]
  const text = `SELECT * FROM (${GROUPS}) AS groups
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY last DESC, fingerprint DESC LIMIT ${$(limit)}::int`
  return { text, values }
}

const dailyOf = (days: z.infer<typeof Day>[]): number[] =>
  Array.from({ length: GROUP_DAYS }, (_, index) => days.find(({ day }) => day === GROUP_DAYS - 1 - index)?.count ?? 0)

const Member = z.object({
  id: z.string(),
  provider: z.string(),
  eventId: z.string(),
  type: z.string(),
  effectKey: z.string().nullable(),
  customerId: z.string().nullable(),
  amount: z.number().nullable(),
  currency: z.string().nullable(),
  error: z.string(),
  attempts: z.number(),
  failedAt: z.date(),
})

const MEMBERS = `SELECT d.id::text, d.provider, d.event_id AS "eventId", d.type, o.effect_key AS "effectKey",
    coalesce(d.customer_id, e.customer_id) AS "customerId", d.amount::float8 AS amount, d.currency, d.error, d.attempts,
    d.failed_at AS "failedAt"
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
