import { FINAL_PREDICTION_STATUSES } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { settleReservations } from '../credits/settle-reservations.ts'
import type { MergeRules } from '../merges/index.ts'
import { LOCK_WAIT_MS } from '../sql/locked-rows.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { notifyOfAccess } from './derive-access.ts'
import { eachUnlocked } from './locks/each-unlocked.ts'

const BATCH_SIZE = 500

/** How long the host may take to start the generation of a reservation. Then the credits are given back. */
const ABANDONED_HOURS = 24

const ENDED = FINAL_PREDICTION_STATUSES.map((status) => `'${status}'`).join(', ')

const Left = z.object({ id: z.string(), has_ended: z.boolean() })

/**
 * Settles what no event settles: reservations that were committed after their generation had ended, and those whose
 * generation the host never started, a day later: without a row, or without a prediction in it. One batch.
 *
 * @returns the number of reservations that were found
 */
export async function settleLeftReservations(
  pool: Pool,
  rules: Pick<MergeRules, 'notifiesHost'> = {},
): Promise<number> {
  const left = await queryRows(
    pool,
    Left,
    `SELECT e.generation_job_id AS id, j.status IN (${ENDED}) IS TRUE AS has_ended
      FROM credit_entries e LEFT JOIN generation_jobs j ON j.id = e.generation_job_id
      WHERE e.account = 'reserved' AND e.direction = 'debit' AND e.corrects IS NULL
        AND e.created_at > now() - make_interval(hours => ${2 * ABANDONED_HOURS})
        AND (j.status IN (${ENDED})
          OR j.prediction_id IS NULL AND e.created_at < now() - make_interval(hours => ${ABANDONED_HOURS}))
        AND NOT EXISTS (SELECT FROM credit_entries s
          WHERE s.entry_key IN ('spend:' || e.generation_job_id, 'release:' || e.generation_job_id))
      ORDER BY e.created_at LIMIT ${BATCH_SIZE}`,
  )
  await eachUnlocked(
    left.filter(({ has_ended }) => has_ended).map(({ id }) => id),
    (ids) =>
      inTransaction(
        pool,
        async (client) => {
          const changed = await settleReservations(client, 'id', ids, () => null)
          await notifyOfAccess(client, new Set(changed.map(({ userId }) => userId)), [], rules)
        },
        LOCK_WAIT_MS,
      ),
  )
  const abandoned = left.filter(({ has_ended }) => !has_ended).map(({ id }) => id)
  if (abandoned.length > 0)
    await pool.query('SELECT sluice_release_credits(id) FROM unnest($1::text[]) AS id', [abandoned])
  return left.length
}
