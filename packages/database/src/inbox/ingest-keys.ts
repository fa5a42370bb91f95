import type { Pool } from 'pg'
import { z } from 'zod'
import { parseRows } from '../sql/rows.ts'

/** Stands for events without a signature: the migration that introduced signatures allows them for a day. */
export const UNSIGNED = 'unsigned'

/** How long a loaded list of keys is used. A key that is revoked counts for at most this long. */
const LOADED_FOR_MS = 60_000
/** An unknown key makes the list load again, at most this often, because who forges jobs can invent keys. */
const RELOADED_EACH_MS = 500
/** Ingest registers its key within seconds of reaching Postgres, so a key that is unknown for longer is nobody's. */
const PATIENCE_MS = 30_000
/** Bounds memory. Keys beyond it are not waited for. */
const UNKNOWN_MAX = 100

/** The key then counts for 30 days. Registering it again on the same day changes nothing. */
export async function registerIngestKey(pool: Pool, publicKey: string): Promise<void> {
  await pool.query('INSERT INTO ingest_keys (public_key) VALUES ($1) ON CONFLICT DO NOTHING', [publicKey])
}

export interface IngestKeys {
  /** `pending`: the key is unknown so far, and ingest may still register it. @throws when Postgres does not answer. */
  check(publicKey: string): Promise<'registered' | 'pending' | 'unknown'>
}

/** The registered public keys of ingest, loaded when the first job carries an event. */
export function watchIngestKeys(pool: Pool, now = () => performance.now()): IngestKeys {
  let keys = new Set<string>()
  let loadedAt = Number.NEGATIVE_INFINITY
  let loading: Promise<void> | undefined
  const firstMetAt = new Map<string, number>()

  async function load(): Promise<void> {
    const { rows } = await pool.query('SELECT DISTINCT public_key FROM ingest_keys WHERE expires_at > now()')
    keys = new Set(parseRows(z.object({ public_key: z.string() }), rows).map((row) => row.public_key))
    loadedAt = now()
    for (const key of keys) firstMetAt.delete(key)
  }

  async function refresh(maxAgeMs: number): Promise<void> {
    if (now() - loadedAt < maxAgeMs) return
    loading ??= load().finally(() => {
      loading = undefined
    })
    await loading
  }

  function isPending(key: string): boolean {
    const metAt = firstMetAt.get(key) ?? now()
    if (firstMetAt.size < UNKNOWN_MAX) firstMetAt.set(key, metAt)
    return firstMetAt.has(key) && now() - metAt < PATIENCE_MS
  }

  return {
    async check(publicKey) {
      await refresh(LOADED_FOR_MS)
      if (keys.has(publicKey)) return 'registered'
      await refresh(RELOADED_EACH_MS)
      if (keys.has(publicKey)) return 'registered'
      return publicKey !== UNSIGNED && isPending(publicKey) ? 'pending' : 'unknown'
    },
  }
}
