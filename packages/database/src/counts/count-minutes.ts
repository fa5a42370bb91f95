import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { DELIVERIES_BY_MINUTE, EFFECTS_BY_MINUTE, EVENTS_BY_MINUTE } from './grouped.ts'

/** The name of the cursor. */
export const MINUTES = 'minutes'

/** Minutes in one transaction, so that a worker catches up in bounded steps. */
const STEP_MINUTES = 15

/** The first run counts no more than the longest range of the overview. */
const FIRST_DAYS = 7

/**
 * Ingest writes within seconds what it has dated, and its transactions are not seen: its role is another one. Also covers the
 * moment in which a transaction has its time and is not yet listed.
 */
const MARGIN = '10 s'

/** No transaction of a worker lasts longer. A session that is forgotten open must not stop the counting. */
const LONGEST = '10 min'

/**
 * A row is dated when its transaction begins, and seen when it commits. Earlier than the oldest open transaction of this
 * role nothing is added any more.
 */
const HORIZON = `SELECT greatest(now() - '${LONGEST}'::interval,
    coalesce((SELECT min(xact_start) FROM pg_stat_activity
      WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()), now())
      - '${MARGIN}'::interval) AS at`

const Moment = z.object({ at: z.date() })

/** No row that is dated earlier is still to be committed. */
export async function countHorizon(client: Pool | PoolClient): Promise<Date> {
  const [row] = await queryRows(client, Moment, HORIZON)
  if (!row) throw new Error('Postgres did not say what time it is')
  return row.at
}

const ONLY_ONE = `SELECT pg_try_advisory_xact_lock(hashtextextended('sluice count minutes', 0)) AS "isMine"`

/** Where counting begins that never began: at the oldest row of the last days. */
const FROM = `SELECT coalesce((SELECT counted_until FROM count_cursors WHERE name = '${MINUTES}'),
    date_trunc('minute', greatest(now() - '${FIRST_DAYS} days'::interval, least(now(),
      (SELECT min(processed_at) FROM webhook_events), (SELECT min(done_at) FROM outbox_messages),
      (SELECT min(received_at) FROM webhook_deliveries), (SELECT min(ended_at) FROM webhook_attempts))))) AS at`

const ADVANCE = `INSERT INTO count_cursors (name, counted_until) VALUES ('${MINUTES}', $1)
  ON CONFLICT (name) DO UPDATE SET counted_until = excluded.counted_until`

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
  return inTransaction(pool, async (client) => {
    const [lock] = await queryRows(client, z.object({ isMine: z.boolean() }), ONLY_ONE)
    if (!lock?.isMine) return 0
    const horizon = minuteOf(await countHorizon(client))
    const [from] = await queryRows(client, Moment, FROM)
    if (!from || from.at >= horizon) return 0
    const until = earlier(new Date(from.at.getTime() + STEP_MINUTES * MINUTE_MS), horizon)
    for (const [columns, grouped] of TABLES)
      await client.query(`INSERT INTO ${columns} ${grouped} ON CONFLICT DO NOTHING`, [from.at, until])
    await client.query(ADVANCE, [until])
    return (until.getTime() - from.at.getTime()) / MINUTE_MS
  })
}

const MINUTE_MS = 60_000

const minuteOf = (time: Date): Date => new Date(Math.floor(time.getTime() / MINUTE_MS) * MINUTE_MS)

const earlier = (one: Date, other: Date): Date => (one < other ? one : other)
