import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'

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

export const Moment = z.object({ at: z.date() })

/** No row that is dated earlier is still to be committed. */
export async function countHorizon(client: Pool | PoolClient): Promise<Date> {
  const [row] = await queryRows(client, Moment, HORIZON)
  if (!row) throw new Error('Postgres did not say what time it is')
  return row.at
}

const ONLY_ONE = `SELECT pg_try_advisory_xact_lock(hashtextextended('sluice count minutes', 0)) AS "isMine"`

/** Moves a cursor. `$1`: its name; `$2`: until when everything is counted. */
export const ADVANCE = `INSERT INTO count_cursors (name, counted_until) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET counted_until = excluded.counted_until`

/**
 * Counts in one transaction with the cursor, so that each row is counted once, however many workers count and whichever
 * of them dies.
 *
 * @param count its second parameter is the moment before which no row is still to be committed
 * @returns what `count` returns; 0 if another worker counts
 */
export const countAlone = (
  pool: Pool,
  count: (client: PoolClient, horizon: Date) => Promise<number>,
): Promise<number> =>
  inTransaction(pool, async (client) => {
    const [lock] = await queryRows(client, z.object({ isMine: z.boolean() }), ONLY_ONE)
    return lock?.isMine ? count(client, await countHorizon(client)) : 0
  })
