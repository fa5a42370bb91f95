import type { PoolClient } from 'pg'
import { z } from 'zod'
import { entitlementChanges } from '../merges/entitlement-changes.ts'
import { sameOrigin } from '../merges/stripe.ts'
import { keysOf, recordWritten } from '../sql/journal.ts'
import { noteRowChanges } from '../sql/row-changes.ts'
import { parseRows } from '../sql/rows.ts'

/** Whether any product names features, as SQL. While none does, no other statement asks for them. */
export const HAS_FEATURES = `EXISTS (SELECT FROM products WHERE metadata ? 'features')`

const Written = z.object({
  key: z.string(),
  user_id: z.string().nullable(),
  feature: z.string(),
  source: z.string(),
  state: z.enum(['gone', 'before', 'now']),
})

/** Until a subscription is to be canceled; without an end while it renews. */
const EXPIRES_AT = `coalesce(s.cancel_at, CASE WHEN s.cancel_at_period_end THEN s.current_period_end END)`

/**
 * Derives the entitlements that products give the users of these subscriptions: `features` of a product's metadata,
 * separated by commas, while the subscription is active.
 *
 * @param subscriptionIds are locked, or were written by this transaction
 * @returns the users who won, lost or keep for another time one of them
 */
export async function deriveFeatures(client: PoolClient, subscriptionIds: string[]): Promise<Set<string>> {
  if (subscriptionIds.length === 0) return new Set()
  const { rows } = await client.query({
    name: 'derive_features',
    text: `WITH wanted AS MATERIALIZED (
        SELECT DISTINCT source || ':' || feature AS entitlement_key, user_id, feature, source, stripe_subscription_id,
          expires_at
        FROM (
          SELECT s.user_id, 'subscription:' || s.stripe_subscription_id AS source, s.stripe_subscription_id,
            ${EXPIRES_AT} AS expires_at, btrim(named, E' \\t\\r\\n') AS feature
          FROM subscriptions s
          JOIN subscription_items i USING (stripe_subscription_id)
          JOIN products p ON p.stripe_product_id = i.product_id AND ${sameOrigin('p', 's')}
          CROSS JOIN LATERAL unnest(string_to_array(p.metadata ->> 'features', ',')) AS named
          WHERE s.stripe_subscription_id = ANY ($1) AND s.is_active
        ) AS given WHERE feature <> ''
      ), gone AS (
        DELETE FROM entitlements WHERE stripe_subscription_id = ANY ($1)
          AND entitlement_key NOT IN (SELECT entitlement_key FROM wanted)
        RETURNING entitlement_key AS key, user_id, feature, source
      ), written AS (
        INSERT INTO entitlements AS e (entitlement_key, user_id, feature, source, stripe_subscription_id, expires_at)
        SELECT w.* FROM wanted w ORDER BY entitlement_key
        ON CONFLICT (entitlement_key) DO UPDATE SET user_id = excluded.user_id, expires_at = excluded.expires_at
          WHERE (e.user_id, e.expires_at) IS DISTINCT FROM (excluded.user_id, excluded.expires_at)
        RETURNING entitlement_key AS key, user_id, feature, source
      )
      SELECT *, 'gone' AS state FROM gone UNION ALL SELECT *, 'now' FROM written
      UNION ALL SELECT written.key, before.user_id, written.feature, written.source, 'before' FROM entitlements before
        JOIN written ON written.key = before.entitlement_key -- as it was before this statement`,
    values: [subscriptionIds],
  })
  recordWritten(client, 'entitlements', keysOf(rows))
  const written = parseRows(Written, rows)
  const had = new Set(written.filter(({ state }) => state === 'before').map(({ key }) => key))
  const came = written.filter(({ key, state }) => state === 'now' && !had.has(key))
  noteRowChanges(
    client,
    entitlementChanges(
      came,
      written.filter(({ state }) => state === 'gone'),
    ),
  )
  return new Set(written.flatMap(({ user_id }) => user_id ?? []))
}

/**
 * Locks the subscriptions with these products. Those that another session has locked are left out: they are derived again
 * when the change is repeated.
 */
export async function lockSubscribers(client: PoolClient, productIds: string[]): Promise<string[]> {
  if (productIds.length === 0) return []
  const { rows } = await client.query({
    name: 'lock_subscribers',
    text: `SELECT stripe_subscription_id AS key FROM subscriptions WHERE stripe_subscription_id IN (
        SELECT stripe_subscription_id FROM subscription_items WHERE product_id = ANY ($1))
      ORDER BY 1 FOR NO KEY UPDATE SKIP LOCKED`,
    values: [productIds],
  })
  return keysOf(rows)
}

/** A commit that was under way while this one changed the product has read it as it was before: it ends within a minute. */
export const repeatLater = (client: PoolClient, productIds: string[]): Promise<void> =>
  noteChanges(client, 'product', productIds, ['1 min'])

/** Notes that what depends on these objects must be derived again, after each of these intervals. */
export async function noteChanges(
  client: PoolClient,
  kind: 'product' | 'price',
  ids: string[],
  intervals: string[],
): Promise<void> {
  if (ids.length === 0) return
  await client.query({
    name: 'note_changes',
    text: `INSERT INTO catalogue_changes (kind, object_id, due_at)
      SELECT $1, id, now() + wait FROM unnest($2::text[]) AS id, unnest($3::interval[]) AS wait`,
    values: [kind, ids, intervals],
  })
}
