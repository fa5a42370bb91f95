import type { Pool } from 'pg'
import type { z } from 'zod'
import { ACTION_COLUMNS, ActionRow } from '../actions/read.ts'
import { queryRows } from '../sql/rows.ts'

/** Actions are looked through among this many of the newest. */
const NEWEST = 5_000

/** Clocks of a worker, which writes when a dead letter was redriven, and of Postgres differ. */
const CLOCKS = `interval '5 seconds'`

const REDROVE = `a.kind = 'redrive' AND d.redriven_at >= a.started_at - ${CLOCKS}
  AND (a.finished_at IS NULL OR d.redriven_at <= a.finished_at + ${CLOCKS})
  AND (a.filter -> 'ids' IS NULL OR a.filter -> 'ids' ? d.event_id)
  AND coalesce(a.filter ->> 'fingerprint' = d.fingerprint, true) AND coalesce(a.filter ->> 'type' = d.type, true)
  AND coalesce(a.filter ->> 'cause' = split_part(d.error, ':', 1), true)
  AND coalesce((a.filter ->> 'since')::timestamptz <= d.failed_at, true)
  AND coalesce((a.filter ->> 'until')::timestamptz >= d.failed_at, true)`

const ABOUT = `SELECT ${ACTION_COLUMNS}
  FROM operator_actions a
  WHERE a.id > (SELECT max(newest.id) - ${NEWEST} FROM operator_actions newest) AND (a.filter -> 'ids' ? $2
    OR a.filter @> jsonb_build_object('provider', $1::text, 'event', $2::text)
    OR (a.kind = 'resend' AND EXISTS (
      SELECT FROM outbox_messages o WHERE o.webhook_event_id = $3::bigint AND a.filter -> 'effects' ? o.id::text))
    OR EXISTS (SELECT FROM webhook_dead_letters d WHERE d.provider = $1 AND d.event_id = $2 AND (${REDROVE}
      OR (a.kind IN ('resolve', 'ignore', 'reopen') AND a.filter ->> 'fingerprint' = d.fingerprint))))
  ORDER BY a.id LIMIT 100`

/**
 * Actions that named an event or one of its effects, redrove its dead letters, or changed the state of their group, oldest
 * first.
 */
export const actionsAbout = (
  pool: Pool,
  { provider, eventId, id }: { provider: string; eventId: string; id: string },
): Promise<z.infer<typeof ActionRow>[]> => queryRows(pool, ActionRow, ABOUT, [provider, eventId, id])
