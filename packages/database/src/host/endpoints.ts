import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'

/** Only the worker that has the lease sends to an endpoint. It takes over when the lease of a worker that died ends. */
export const LEASE_SECONDS = 10

/** An endpoint that no worker has served for so long is no longer in the settings. */
export const GONE_SECONDS = 3_600

/**
 * Takes the lease of an endpoint, or renews it.
 *
 * @param name its host and port, for people
 * @returns whether this worker has it
 */
export async function takeLease(pool: Pool, endpoint: string, name: string, worker: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `INSERT INTO host_endpoints AS e (endpoint, name, leader, lease_until)
      VALUES ($1, $2, $3, now() + make_interval(secs => ${LEASE_SECONDS}))
      ON CONFLICT (endpoint) DO UPDATE SET name = excluded.name, leader = excluded.leader, lease_until = excluded.lease_until
      WHERE e.leader = excluded.leader OR e.leader IS NULL OR e.lease_until < now()`,
    [endpoint, name, worker],
  )
  return rowCount === 1
}

/** Ends the lease, so that another worker need not wait for its end. */
export async function releaseLease(pool: Pool, endpoint: string, worker: string): Promise<void> {
  await pool.query('UPDATE host_endpoints SET leader = NULL WHERE endpoint = $1 AND leader = $2', [endpoint, worker])
}

const Version = z.object({ version: z.coerce.number() })

/**
 * The version of messages whose data is read afterwards, never before: so of two messages about one thing, the one with
 * the greater version has what was read later. It grows with the clock of Postgres, so that it is greater also after a
 * backup was restored, or at another URL of the same host; and by one where the clock stands still or goes back.
 *
 * @returns undefined if another worker has the lease now
 */
export async function nextVersion(pool: Pool, endpoint: string, worker: string): Promise<number | undefined> {
  const rows = await queryRows(
    pool,
    Version,
    `UPDATE host_endpoints SET version = greatest(version + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
      WHERE endpoint = $1 AND leader = $2 RETURNING version`,
    [endpoint, worker],
  )
  return rows[0]?.version
}

/** Records that an endpoint takes no message, and why; or that it takes them again. */
export async function recordEndpoint(pool: Pool, endpoint: string, error: string | null): Promise<void> {
  await pool.query(
    `UPDATE host_endpoints SET error = $2,
        failing_since = CASE WHEN $2::text IS NOT NULL THEN coalesce(failing_since, now()) END
      WHERE endpoint = $1`,
    [endpoint, error],
  )
}

/** Announces `sluice listen` for the next seconds. */
export async function announceListener(pool: Pool, endpoint: string, url: string, seconds: number): Promise<void> {
  await pool.query(
    `INSERT INTO host_endpoints (endpoint, name, listener_url, listening_until)
      VALUES ($1, 'sluice listen', $2, now() + make_interval(secs => $3))
      ON CONFLICT (endpoint) DO UPDATE SET listener_url = excluded.listener_url, listening_until = excluded.listening_until`,
    [endpoint, url, seconds],
  )
}

const Listener = z.object({ endpoint: z.string(), url: z.string() })

/** The commands `sluice listen` that run now. */
export const listListeners = (pool: Pool): Promise<z.infer<typeof Listener>[]> =>
  queryRows(
    pool,
    Listener,
    `SELECT endpoint, listener_url AS url FROM host_endpoints
      WHERE listening_until > now() AND listener_url IS NOT NULL ORDER BY endpoint`,
  )

/** Whether a worker sends messages to this endpoint now. */
export async function isServed(pool: Pool, endpoint: string): Promise<boolean> {
  const text = 'SELECT FROM host_endpoints WHERE endpoint = $1 AND lease_until > now() AND leader IS NOT NULL'
  return (await pool.query(text, [endpoint])).rowCount === 1
}

const EndpointState = z.object({
  name: z.string(),
  isListener: z.boolean(),
  failingSince: z.date().nullable(),
  error: z.string().nullable(),
  deliveredAt: z.date().nullable(),
})

export type EndpointState = z.infer<typeof EndpointState>

/** The endpoints that a worker serves now. */
export const listEndpoints = (pool: Pool): Promise<EndpointState[]> =>
  queryRows(
    pool,
    EndpointState,
    `SELECT name, listener_url IS NOT NULL AS "isListener", failing_since AS "failingSince", error,
        delivered_at AS "deliveredAt"
      FROM host_endpoints WHERE lease_until > now() - '1 min'::interval ORDER BY name`,
  )

const Undelivered = z.object({
  count: z.number(),
  ageSeconds: z.number(),
  /** Why most of those were refused that were: a code and the name of the endpoint. */
  error: z.string().nullable(),
})

/** Bounds the cost of a count. */
const COUNTED_MAX = 100_000

/** Messages that some endpoint has not acknowledged. */
export async function countUndelivered(pool: Pool): Promise<z.infer<typeof Undelivered>> {
  const rows = await queryRows(
    pool,
    Undelivered,
    `SELECT count(*)::int AS count, coalesce(extract(epoch FROM now() - min(available_at)), 0)::float8 AS "ageSeconds",
        mode() WITHIN GROUP (ORDER BY error) AS error
      FROM (SELECT available_at, error FROM outbox_messages WHERE status = 'pending' AND kind = 'host.message'
        ORDER BY available_at LIMIT ${COUNTED_MAX}) AS undelivered`,
  )
  return rows[0] ?? { count: 0, ageSeconds: 0, error: null }
}
