import type { Pool } from 'pg'
import { z } from 'zod'
import type { MergeRules } from '../merges/index.ts'
import { lockStored } from '../merges/merge-rows.ts'
import { subscriptionMerge } from '../merges/subscription.ts'
import { LOCK_WAIT_MS } from '../sql/locked-rows.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { notifyOfAccess } from './derive-access.ts'
import { deriveFeatures } from './derive-features.ts'
import { eachUnlocked } from './locks/each-unlocked.ts'

const PAGE = 500

/** How long a change waits if another session has locked a row that depends on it. */
const LOCKED_SECONDS = 5

const Change = z.object({ id: z.string(), kind: z.enum(['product']), object_id: z.string() })

const Key = z.object({ key: z.string() })

/**
 * Derives again what depends on an object of the catalogue that changed: one change that is due.
 *
 * @returns how many changes were handled or wait now
 */
export async function followCatalogue(pool: Pool, rules: Pick<MergeRules, 'notifiesHost'> = {}): Promise<number> {
  const due = 'SELECT id, kind, object_id FROM catalogue_changes WHERE due_at <= now() ORDER BY due_at LIMIT 1'
  const [change] = await queryRows(pool, Change, due)
  if (!change) return 0
  const isDone = await deriveSubscribers(pool, change.object_id, rules)
  const end = isDone
    ? 'DELETE FROM catalogue_changes WHERE id = $1'
    : `UPDATE catalogue_changes SET due_at = now() + make_interval(secs => ${LOCKED_SECONDS}) WHERE id = $1`
  await pool.query(end, [change.id])
  return 1
}

/** @returns whether all of them were free */
async function deriveSubscribers(
  pool: Pool,
  productId: string,
  rules: Pick<MergeRules, 'notifiesHost'>,
): Promise<boolean> {
  let locked = 0
  for (let last: string | undefined = ''; last !== undefined; ) {
    const page: { key: string }[] = await queryRows(
      pool,
      Key,
      `SELECT DISTINCT stripe_subscription_id AS key FROM subscription_items
        WHERE product_id = $1 AND stripe_subscription_id > $2 ORDER BY 1 LIMIT ${PAGE}`,
      [productId, last],
    )
    const ids = page.map(({ key }) => key)
    const left = await eachUnlocked(ids, (some) =>
      inTransaction(
        pool,
        async (client) => {
          await lockStored(client, subscriptionMerge, some)
          await notifyOfAccess(client, await deriveFeatures(client, some), [], rules)
        },
        LOCK_WAIT_MS,
      ),
    )
    locked += left.length
    last = ids.length < PAGE ? undefined : ids.at(-1)
  }
  return locked === 0
}
