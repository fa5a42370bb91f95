import type { Pool } from 'pg'
import { queryRows } from '../sql/rows.ts'
import { ADVANCE, countAlone, Moment } from './alone.ts'
import { DELIVERIES_BY_MINUTE, EFFECTS_BY_MINUTE, EVENTS_BY_MINUTE } from './grouped.ts'

/** The name of the cursor. */
export const MINUTES = 'minutes'

/** Minutes in one transaction, so that a worker catches up in bounded steps. */
const STEP_MINUTES = 15

/** The first run counts no more than the longest range of the overview. */
const FIRST_DAYS = 7

/** Where counting begins that never began: at the oldest row of the last days. */
const FROM = `SELECT coalesce((SELECT counted_until FROM count_cursors WHERE name = '${MINUTES}'),
    date_trunc('minute', greatest(now() - '${FIRST_DAYS} days'::interval, least(now(),
      (SELECT min(processed_at) FROM webhook_events), (SELECT min(done_at) FROM outbox_messages),
      (SELECT min(received_at) FROM webhook_deliveries), (SELECT min(ended_at) FROM webhook_attempts))))) AS at`

const TABLES: [columns: string, grouped: string][] = [
  ['event_counts (minute, provider, type, outcome, n, sum_ms, histogram)', EVENTS_BY_MINUTE],
  ['delivery_counts (minute, provider, outcome, reason, n)', DELIVERIES_BY_MINUTE],
  ['effect_counts (minute, kind, outcome, n)', EFFECTS_BY_MINUTE],
]

/**
 * Counts the next minutes that are over, in one transaction with the cursor: each minute once, however many workers count
 * and whichever of them dies.
 *
 * @returns the number of minutes; 0 if none is over, or if another worker counts
 */
export function countMinutes(pool: Pool): Promise<number> {
  return countAlone(pool, async (client, limit) => {
    const horizon = minuteOf(limit)
    const [from] = await queryRows(client, Moment, FROM)
    if (!from || from.at >= horizon) return 0
    const until = earlier(new Date(from.at.getTime() + STEP_MINUTES * MINUTE_MS), horizon)
    for (const [columns, grouped] of TABLES)
      await client.query(`INSERT INTO ${columns} ${grouped} ON CONFLICT DO NOTHING`, [from.at, until])
    await client.query(ADVANCE, [MINUTES, until])
    return (until.getTime() - from.at.getTime()) / MINUTE_MS
  })
}

const MINUTE_MS = 60_000

const minuteOf = (time: Date): Date => new Date(Math.floor(time.getTime() / MINUTE_MS) * MINUTE_MS)

const earlier = (one: Date, other: Date): Date => (one < other ? one : other)
