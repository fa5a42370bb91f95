import { BUCKET_OF_MS, BUCKETS } from './latency.ts'

/** Columns of `event_counts` for what ended from `$1` until `$2`, both of whole minutes. */
export const EVENTS_BY_MINUTE = `
  SELECT minute, provider, type, outcome, sum(n)::int AS n, round(sum(ms))::bigint AS sum_ms,
    ARRAY[${BUCKETS.map((bucket) => `coalesce(sum(n) FILTER (WHERE bucket = ${bucket}), 0)::int`).join(', ')}] AS histogram
  FROM (
    SELECT date_trunc('minute', processed_at) AS minute, provider, type, status AS outcome, ${BUCKET_OF_MS} AS bucket,
      count(*) AS n, sum(ms) AS ms
    FROM (
      SELECT processed_at, provider, type, status,
        greatest(0, extract(epoch FROM processed_at - received_at) * 1000)::float8 AS ms
      FROM webhook_events WHERE processed_at >= $1 AND processed_at < $2 AND status IN ('processed', 'ignored')
    ) AS ended GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT date_trunc('minute', ended_at), provider, type, CASE WHEN is_last THEN 'failed' ELSE 'retried' END, NULL,
      count(*), 0
    FROM webhook_attempts WHERE ended_at >= $1 AND ended_at < $2 AND event_row IS NOT NULL GROUP BY 1, 2, 3, 4
  ) AS grouped GROUP BY 1, 2, 3, 4`

/** Columns of `delivery_counts`. */
export const DELIVERIES_BY_MINUTE = `
  SELECT date_trunc('minute', received_at) AS minute, provider, outcome, coalesce(reason, '') AS reason,
    sum(count)::int AS n
  FROM webhook_deliveries WHERE received_at >= $1 AND received_at < $2 GROUP BY 1, 2, 3, 4`

/** Columns of `effect_counts`. */
export const EFFECTS_BY_MINUTE = `
  SELECT minute, kind, outcome, sum(n)::int AS n FROM (
    SELECT date_trunc('minute', done_at) AS minute, kind, status AS outcome, count(*) AS n
    FROM outbox_messages WHERE done_at >= $1 AND done_at < $2 AND status IN ('done', 'skipped') GROUP BY 1, 2, 3
    UNION ALL
    SELECT date_trunc('minute', ended_at), type, CASE WHEN is_last THEN 'failed' ELSE 'retried' END, count(*)
    FROM webhook_attempts WHERE ended_at >= $1 AND ended_at < $2 AND outbox_message_id IS NOT NULL GROUP BY 1, 2, 3
  ) AS grouped GROUP BY 1, 2, 3`
