import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma, prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

export const GROUP_STATES = ['open', 'ignored', 'resolved'] as const

export type GroupState = (typeof GROUP_STATES)[number]

/**
 * Joins the statement that writes a dead letter: a group that was resolved has regressed, and is open again. It makes the
 * row of a new group, because an update could miss one that is resolved at the same moment.
 */
export const regressGroup = (fingerprint: string) => Prisma.sql`
  INSERT INTO dead_letter_groups AS g (fingerprint) VALUES (${fingerprint})
  ON CONFLICT (fingerprint) DO UPDATE SET state = 'open', regressed_at = now() WHERE g.state = 'resolved'`

/** SQL condition: operators ignore the group of this fingerprint now. */
export const isIgnored = (fingerprint: string) => Prisma.sql`EXISTS (
  SELECT FROM dead_letter_groups WHERE fingerprint = ${fingerprint} AND state = 'ignored'
    AND (ignored_until IS NULL OR ignored_until > now()))`

export interface GroupChange {
  fingerprint: string
  state: GroupState
  /** When an ignored group is open again. Default: never by itself. */
  until?: Date | undefined
  /** Default: the one before; an empty text takes it away. */
  note?: string | undefined
  /** The person who looks after it. Default: the one before; an empty text takes it away. */
  owner?: string | undefined
  /** The handlers that are deployed, which a resolved group is believed to pass. */
  handlerVersion: string
  /** The person who changes it, and when they asked for it. */
  by: string
  at: Date
}

const Known = z.object({ known: z.boolean() })

/**
 * Changes the state of a group. Idempotent: a change that was asked for before the last one, or at the same time, is left.
 *
 * @returns false if no dead letter has ever had this fingerprint
 */
export async function changeGroup(pool: Pool, change: GroupChange): Promise<boolean> {
  const { fingerprint, state, until, note, owner, handlerVersion, by, at } = change
  const isResolved = state === 'resolved'
  const ignoredUntil = (state === 'ignored' && until) || null
  const rows = await prismaOf(pool).$queryRaw`
    WITH found AS (SELECT EXISTS (SELECT FROM webhook_dead_letters WHERE fingerprint = ${fingerprint}) AS known), changed AS (
      INSERT INTO dead_letter_groups AS g
        (fingerprint, state, ignored_until, note, owner, changed_by, changed_at, resolved_at, resolved_version)
      SELECT ${fingerprint}, ${state}, ${ignoredUntil}::timestamptz, nullif(${note ?? null}::text, ''),
        nullif(${owner ?? null}::text, ''), ${by}, ${at}::timestamptz, CASE WHEN ${isResolved} THEN now() END,
        CASE WHEN ${isResolved} THEN ${handlerVersion} END
      FROM found WHERE known
      ON CONFLICT (fingerprint) DO UPDATE SET state = excluded.state, ignored_until = excluded.ignored_until,
        note = CASE WHEN ${note === undefined} THEN g.note ELSE excluded.note END,
        owner = CASE WHEN ${owner === undefined} THEN g.owner ELSE excluded.owner END,
        changed_by = excluded.changed_by, changed_at = excluded.changed_at,
        resolved_at = coalesce(excluded.resolved_at, g.resolved_at),
        resolved_version = coalesce(excluded.resolved_version, g.resolved_version),
        regressed_at = CASE WHEN ${isResolved} THEN NULL ELSE g.regressed_at END
      WHERE g.changed_at IS NULL OR g.changed_at < excluded.changed_at
    )
    SELECT known FROM found`
  return parseRows(Known, rows)[0]?.known ?? false
}
