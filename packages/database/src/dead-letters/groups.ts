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
  /** Who looks after it. Default: the one before; an empty text takes it away. */
  owner?: string | undefined
  /** Who changes it. */
  by: string
  /** The version of the handlers that is deployed. */
  version: string
}

const Changed = z.object({ known: z.boolean() })

/** Changes the state of a group. Idempotent. @returns false if no dead letter has ever had this fingerprint */
export async function changeGroup(
  pool: Pool,
  { fingerprint, state, until, note, owner, by, version }: GroupChange,
): Promise<boolean> {
  const isResolved = state === 'resolved'
  const rows = await prismaOf(pool).$queryRaw`
    INSERT INTO dead_letter_groups AS g
      (fingerprint, state, ignored_until, note, owner, changed_by, changed_at, resolved_at, resolved_version)
    SELECT ${fingerprint}, ${state}, ${(state === 'ignored' && until) || null}::timestamptz, nullif(${note ?? null}::text, ''),
      nullif(${owner ?? null}::text, ''), ${by}, now(), CASE WHEN ${isResolved} THEN now() END,
      CASE WHEN ${isResolved} THEN ${version} END
    WHERE EXISTS (SELECT FROM webhook_dead_letters WHERE fingerprint = ${fingerprint})
    ON CONFLICT (fingerprint) DO UPDATE SET state = excluded.state, ignored_until = excluded.ignored_until,
      note = CASE WHEN ${note === undefined} THEN g.note ELSE excluded.note END,
      owner = CASE WHEN ${owner === undefined} THEN g.owner ELSE excluded.owner END,
      changed_by = excluded.changed_by, changed_at = excluded.changed_at,
      resolved_at = coalesce(excluded.resolved_at, g.resolved_at),
      resolved_version = coalesce(excluded.resolved_version, g.resolved_version),
      regressed_at = CASE WHEN ${isResolved} THEN NULL ELSE g.regressed_at END
    RETURNING true AS known`
  return parseRows(Changed, rows).length > 0
}
