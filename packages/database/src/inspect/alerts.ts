import type { Pool } from 'pg'
import { z } from 'zod'
import { MINUTES } from '../counts/count-minutes.ts'
import { queryRows } from '../sql/rows.ts'
import { keptFor } from './kept.ts'

const Alert = z.object({
  kind: z.string(),
  /** The provider that is silent, or was not asked; else null. */
  about: z.string().nullable(),
  count: z.number(),
  /** Of `dead_letters`: those of the last day. */
  recent: z.number().nullable(),
  since: z.date().nullable(),
})

/** Replicate deletes the files of an output an hour after the prediction: https://replicate.com/docs/topics/predictions/data-retention */
const COPY_WITHIN = '20 min'

/** So many of the newest entries are added up: an entry that is not balanced is seen at once, and `ledger check` sees all. */
const ENTRIES = 2_000

/** A provider that sends so rarely is never silent for too long. */
const EVENTS_MIN = 100

/**
 * Silence is unusual when it is half as long again as the longest of the last week, and half an hour at least. Providers of
 * whom nothing is known any more are left out.
 */
const SILENT = `
  SELECT 'no_event' AS kind, provider AS about, 1 AS count, NULL::int AS recent, max(minute) AS since
  FROM (
    SELECT provider, minute, n, minute - lag(minute) OVER (PARTITION BY provider ORDER BY minute) AS gap
    FROM (
      SELECT provider, minute, sum(n) AS n FROM event_counts
      WHERE minute >= now() - '7 days'::interval AND outcome IN ('processed', 'ignored') AND NOT starts_with(type, 'import.')
      GROUP BY 1, 2
    ) AS minutes
  ) AS gaps
  GROUP BY provider
  HAVING sum(n) >= ${EVENTS_MIN}
    AND (SELECT max(counted_until) FROM count_cursors WHERE name = '${MINUTES}') - max(minute)
      > greatest('30 min'::interval, 1.5 * max(gap))`

/** Providers are asked daily. One of whom nobody has asked for two weeks has no API key any more. */
const OVERDUE = `
  SELECT 'reconcile_overdue' AS kind, provider AS about, 1 AS count, NULL::int AS recent,
    coalesce(max(finished_at) FILTER (WHERE error IS NULL), min(started_at)) AS since
  FROM reconcile_runs GROUP BY provider
  HAVING coalesce(max(finished_at) FILTER (WHERE error IS NULL), min(started_at)) < now() - '36 hours'::interval
    AND max(finished_at) > now() - '14 days'::interval`

/** Each is one row, with a count of 0 if there is nothing to look at. Bounded, because a backlog may be large. */
const ALERTS = `
  SELECT 'dead_letters' AS kind, NULL AS about, count(*)::int AS count,
      (count(*) FILTER (WHERE d.failed_at > now() - '1 day'::interval))::int AS recent, min(d.failed_at) AS since
    FROM webhook_dead_letters d LEFT JOIN dead_letter_groups g USING (fingerprint)
    WHERE d.redriven_at IS NULL AND NOT coalesce(g.state = 'ignored' AND coalesce(g.ignored_until > now(), true), false)
  UNION ALL SELECT 'oldest_waiting', NULL, count(*)::int, NULL, min(received_at)
    FROM (SELECT received_at FROM webhook_events WHERE status = 'received' ORDER BY sweep_after LIMIT 100000) AS waiting
  UNION ALL SELECT 'effects_waiting', NULL, count(*)::int, NULL, min(waiting_since)
    FROM outbox_messages WHERE waiting_since IS NOT NULL
  UNION ALL SELECT 'files_near_deletion', NULL, count(*)::int, NULL, min(available_at)
    FROM (SELECT kind, available_at FROM outbox_messages WHERE status = 'pending' ORDER BY sweep_after LIMIT 100000) AS waiting
    WHERE kind = 'asset.copy' AND available_at < now() - '${COPY_WITHIN}'::interval
  UNION ALL SELECT 'ledger_unbalanced', NULL, count(*)::int, NULL, min(since)
    FROM (
      SELECT min(l.created_at) AS since FROM ledger_entries l
      WHERE l.entry_key = ANY (ARRAY(
        SELECT DISTINCT entry_key FROM (SELECT entry_key FROM ledger_entries ORDER BY id DESC LIMIT ${ENTRIES}) AS newest))
      GROUP BY l.entry_key, l.currency HAVING sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) <> 0
    ) AS unbalanced
  UNION ALL SELECT 'host_unreachable', NULL, count(*)::int, NULL, min(failing_since)
    FROM host_endpoints WHERE failing_since IS NOT NULL
  UNION ALL SELECT 'not_counted', NULL, count(*)::int, NULL, min(counted_until)
    FROM count_cursors WHERE name = '${MINUTES}'
  UNION ALL (${OVERDUE})
  UNION ALL SELECT 'no_event', NULL, count(*)::int, NULL, max(received_at)
    FROM (SELECT received_at FROM webhook_events ORDER BY id DESC LIMIT 1) AS last`

export type AlertRow = z.infer<typeof Alert>

/** Everything that may need attention. Who is silent is found again only when more minutes are counted. */
export async function readAlerts(pool: Pool): Promise<AlertRow[]> {
  const alerts = await queryRows(pool, Alert, ALERTS)
  const counted = alerts.find(({ kind }) => kind === 'not_counted')?.since
  const key = String(counted?.getTime())
  const silent = counted ? await keptFor(pool, 'silent', key, () => queryRows(pool, Alert, SILENT)) : []
  return [...alerts, ...silent]
}
