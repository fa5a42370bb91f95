import { numberOf, type Stores } from '../setup/stores.ts'
import type { Run } from './run.ts'

/** Milliseconds. */
export interface Quantiles {
  p50: number
  p99: number
}

export const newestEvent = (stores: Stores): Promise<number> =>
  numberOf(stores, 'SELECT coalesce(max(id), 0) FROM webhook_events')

export const effectsLeft = (stores: Stores): Promise<number> =>
  numberOf(stores, "SELECT count(*) FROM outbox_messages WHERE status = 'pending'")

/** From receipt to commit, by Postgres' commit timestamps. */
export const committedSince = ({ stores }: Pick<Run, 'stores'>, newest: number): Promise<Quantiles> =>
  quantiles(
    stores,
    `SELECT pg_xact_commit_timestamp(xmin) - received_at AS took FROM webhook_events WHERE id > $1`,
    newest,
  )

/** From receipt until the mail server has taken the receipt. */
export const emailedSince = ({ stores }: Pick<Run, 'stores'>, newest: number): Promise<Quantiles> =>
  quantiles(
    stores,
    `SELECT o.done_at - e.received_at AS took FROM outbox_messages o JOIN webhook_events e ON e.id = o.webhook_event_id
      WHERE e.id > $1 AND o.kind = 'receipt' AND o.status = 'done'`,
    newest,
  )

async function quantiles({ pool }: Stores, took: string, newest: number): Promise<Quantiles> {
  const { rows } = await pool.query<Quantiles>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS p99
      FROM (SELECT (1000 * extract(epoch FROM took))::float8 AS ms FROM (${took}) AS timed) AS measured`,
    [newest],
  )
  return { p50: rows[0]?.p50 ?? Number.NaN, p99: rows[0]?.p99 ?? Number.NaN }
}

/** Effects of one kind that ended, and when the last of them did, in milliseconds of Unix time. */
export interface EndedEffects {
  kind: string
  count: number
  last: number
}

export async function endedSince({ pool }: Stores, newest: number): Promise<EndedEffects[]> {
  const { rows } = await pool.query<EndedEffects>(
    `SELECT kind, count(*)::int AS count, (1000 * extract(epoch FROM max(done_at)))::float8 AS last
      FROM outbox_messages WHERE webhook_event_id > $1 AND status IN ('done', 'skipped') GROUP BY 1 ORDER BY 1`,
    [newest],
  )
  return rows
}
