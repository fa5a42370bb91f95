import type { PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { BUCKETS, bucketOf, hashOf } from './keys.ts'

/** Tells which keys are forgotten. Holds two megabytes once somebody was forgotten, and nothing before. */
export interface ForgottenFilter {
  /**
   * Which of these keys are forgotten. Asks Postgres only about keys that share a bucket with a forgotten one.
   *
   * @param newest the greatest id of `forgotten_keys`, read by the same transaction before
   */
  forgottenAmong(client: PoolClient, newest: string, keys: readonly string[]): Promise<ReadonlySet<string>>
}

const NONE: ReadonlySet<string> = new Set()

export function createForgottenFilter(): ForgottenFilter {
  let loaded = 0n
  let bits: Uint8Array | undefined

  /** Keys are inserted one transaction after another, so that a greater id is never seen before a lesser one. */
  async function load(client: PoolClient, newest: bigint): Promise<Uint8Array> {
    bits ??= new Uint8Array(BUCKETS / 8)
    if (newest <= loaded) return bits
    const rows = await queryRows(
      client,
      z.object({ bucket: z.number() }),
      'SELECT DISTINCT bucket FROM forgotten_keys WHERE id > $1 AND id <= $2',
      [String(loaded), String(newest)],
    )
    for (const { bucket } of rows) bits[bucket >> 3] = (bits[bucket >> 3] ?? 0) | (1 << (bucket & 7))
    loaded = newest
    return bits
  }

  return {
    async forgottenAmong(client, newest, keys) {
      const set = await load(client, BigInt(newest))
      const suspects = keys.filter((key) => {
        const bucket = bucketOf(key)
        return ((set[bucket >> 3] ?? 0) >> (bucket & 7)) & 1
      })
      return suspects.length === 0 ? NONE : confirm(client, suspects)
    },
  }
}

async function confirm(client: PoolClient, keys: string[]): Promise<ReadonlySet<string>> {
  const byHash = new Map(keys.map((key) => [hashOf(key), key]))
  const rows = await queryRows(
    client,
    z.object({ key_hash: z.string() }),
    'SELECT key_hash FROM forgotten_keys WHERE key_hash = ANY ($1)',
    [[...byHash.keys()]],
  )
  return new Set(rows.map(({ key_hash }) => byHash.get(key_hash) as string))
}
