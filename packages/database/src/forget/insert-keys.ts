import type { PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { bucketOf, hashOf } from './keys.ts'

/**
 * Writes keys as forgotten. Transactions that do so wait for each other, because `ForgottenFilter` reads only ids above
 * the greatest that it has seen.
 *
 * @returns how many are new
 */
export async function insertForgottenKeys(client: PoolClient, keys: Iterable<string>): Promise<number> {
  const all = [...new Set(keys)]
  if (all.length === 0) return 0
  await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('sluice forgotten keys', 0))`)
  const { rowCount } = await client.query(
    `INSERT INTO forgotten_keys (key_hash, bucket) SELECT * FROM unnest($1::text[], $2::int[])
      ON CONFLICT (key_hash) DO NOTHING`,
    [all.map(hashOf), all.map(bucketOf)],
  )
  return rowCount ?? 0
}

/** The greatest id of `forgotten_keys`, as SQL; null while nobody was forgotten. */
export const NEWEST_FORGOTTEN = '(SELECT max(id) FROM forgotten_keys)'

export async function loadNewestForgotten(client: PoolClient): Promise<string | null> {
  const rows = await queryRows(client, z.object({ id: z.string().nullable() }), `SELECT ${NEWEST_FORGOTTEN} AS id`)
  return rows[0]?.id ?? null
}
