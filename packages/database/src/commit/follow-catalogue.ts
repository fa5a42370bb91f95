import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { deriveCreditsOfPayments } from '../credits/derive-payments.ts'
import type { MergeRules } from '../merges/index.ts'
import { lockStored } from '../merges/merge-rows.ts'
import { subscriptionMerge } from '../merges/subscription.ts'
import { LOCK_WAIT_MS } from '../sql/locked-rows.ts'
import { queryRows } from '../sql/rows.ts'
import { inTransaction } from '../sql/transaction.ts'
import { notifyOfAccess } from './derive-access.ts'
import { deriveFeatures } from './derive-features.ts'
import { eachUnlocked } from './locks/each-unlocked.ts'

/** Rows that are read at a time. */
const PAGE = 1_000

/** How long a change waits if another session has locked a row that depends on it. */
const LOCKED_SECONDS = 5

const Change = z.object({ id: z.string(), kind: z.enum(['product', 'price']), object_id: z.string() })

/** Keys of dependent rows, and the key after which the next page begins; null if there is none. */
const Page = z.object({ keys: z.array(z.string()), last: z.string().nullable() })

type Page = z.infer<typeof Page>

/**
 * Derives again what depends on an object of the catalogue that changed: one change that is due.
 *
 * @returns how many changes were handled or wait now
 */
export async function followCatalogue(pool: Pool, rules: Pick<MergeRules, 'notifiesHost'> = {}): Promise<number> {
  const due = 'SELECT id, kind, object_id FROM catalogue_changes WHERE due_at <= now() ORDER BY due_at LIMIT 1'
  const [change] = await queryRows(pool, Change, due)
  if (!change) return 0
  const { pageAfter, derive } = DEPENDENTS[change.kind]
  const isDone = await onEachPage(pool, pageAfter, change.object_id, async (client, ids) =>
    notifyOfAccess(client, await derive(client, ids), [], rules),
  )
  const end = isDone
    ? 'DELETE FROM catalogue_changes WHERE id = $1'
    : `UPDATE catalogue_changes SET due_at = now() + make_interval(secs => ${LOCKED_SECONDS}) WHERE id = $1`
  await pool.query(end, [change.id])
  return 1
}

/**
 * Derives again what depends on the objects of the catalogue that this transaction changed, as `followCatalogue` does
 * after its commit. For a preview, whose transaction is rolled back.
 */
export async function deriveNoted(client: PoolClient): Promise<void> {
  const due = `SELECT id, kind, object_id FROM catalogue_changes WHERE due_at < now() + '1 s'::interval ORDER BY id`
  const noted = await queryRows(client, Change, due)
  for (const { kind, object_id: objectId } of noted) {
    const { pageAfter, derive } = DEPENDENTS[kind]
    for (let last: string | null = ''; last !== null; ) {
      const page: Page = await readPage(client, pageAfter, objectId, last)
      await derive(client, page.keys)
      last = page.last
    }
  }
}

const SUBSCRIBERS = `WITH page AS MATERIALIZED (
    SELECT DISTINCT stripe_subscription_id AS key FROM subscription_items
    WHERE product_id = $1 AND stripe_subscription_id > $2 ORDER BY 1 LIMIT ${PAGE})
  SELECT ARRAY(SELECT key FROM page ORDER BY key) AS keys, (SELECT max(key) FROM page) AS last`

/**
 * No index leads from a price to its payments, since each payment would have to maintain it, the credits of a price change
 * rarely, and this runs in the background. Each payment is read once.
 */
const PAYMENTS = `WITH page AS MATERIALIZED (
    SELECT payment_id AS key FROM payments WHERE payment_id > $2 ORDER BY 1 LIMIT ${PAGE})
  SELECT ARRAY(
      SELECT key FROM page
      LEFT JOIN invoices i ON i.stripe_invoice_id = key
      LEFT JOIN payment_references r ON r.reference = key
      LEFT JOIN checkout_sessions s
        ON s.stripe_checkout_session_id = coalesce(r.registers #>> '{session,contents,sessionId}', key)
      WHERE i.lines @> jsonb_build_array(jsonb_build_object('priceId', $1::text))
        OR s.details -> 'sold' @> jsonb_build_array(jsonb_build_object('priceId', $1::text))
      ORDER BY key
    ) AS keys, (SELECT max(key) FROM page) AS last`

interface Dependents {
  /** SQL of a page: $1 is the object, $2 the key that the page begins after. */
  pageAfter: string
  /** @returns the users for whom something changed */
  derive(client: PoolClient, keys: string[]): Promise<Set<string>>
}

const DEPENDENTS: Record<'product' | 'price', Dependents> = {
  product: {
    pageAfter: SUBSCRIBERS,
    derive: async (client, ids) => {
      await lockStored(client, subscriptionMerge, ids)
      return deriveFeatures(client, ids)
    },
  },
  price: {
    pageAfter: PAYMENTS,
    derive: async (client, ids) => {
      const changed = await deriveCreditsOfPayments(client, ids, () => null)
      return new Set(changed.map(({ userId }) => userId))
    },
  },
}

async function readPage(db: Pool | PoolClient, pageAfter: string, objectId: string, last: string): Promise<Page> {
  const [page] = await queryRows(db, Page, pageAfter, [objectId, last])
  return page ?? { keys: [], last: null }
}

/** @returns whether all rows were free */
async function onEachPage(
  pool: Pool,
  pageAfter: string,
  objectId: string,
  work: (client: PoolClient, ids: string[]) => Promise<void>,
): Promise<boolean> {
  let locked = 0
  for (let last: string | null = ''; last !== null; ) {
    const page: Page = await readPage(pool, pageAfter, objectId, last)
    const left = await eachUnlocked(page.keys, (some) =>
      inTransaction(pool, (client) => work(client, some), LOCK_WAIT_MS),
    )
    locked += left.length
    last = page.last
  }
  return locked === 0
}
