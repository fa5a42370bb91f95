import { iso, loads } from './sql.ts'

/** Files that a message lists of each sort. An output has up to 2,000, which are in the rows. */
const LISTED_MAX = 500

/** Waits until each file is stored, or will never be. Does not contain the output, which may have megabytes. */
const generationThat = (statuses: string) =>
  loads(`
  SELECT j.id AS subject, jsonb_build_object('jobId', j.id, 'predictionId', j.prediction_id, 'userId', j.user_id,
      'status', j.status, 'error', j.error, 'completedAt', ${iso('j.completed_at')},
      'files', coalesce(f.stored, '[]'), 'refused', coalesce(f.refused, '[]'),
      'more', coalesce(r.files_refused, 0) + coalesce(f.more, 0)) AS data,
    coalesce(f.copying, false) AS waits,
    CASE WHEN j.status NOT IN (${statuses}) THEN 'it ended in another way' END AS obsolete
  FROM generation_jobs j
  LEFT JOIN renders r ON r.generation_job_id = j.id
  LEFT JOIN LATERAL (
    SELECT bool_or(v.status NOT IN ('stored', 'refused') AND EXISTS (SELECT FROM outbox_messages o
        WHERE o.effect_key = 'asset:' || replace(v.asset_key, '/', ':') AND o.status = 'pending')) AS copying,
      jsonb_agg(jsonb_build_object('pointer', v.pointer, 'storageKey', v.storage_key, 'contentType', v.content_type,
        'bytes', v.bytes, 'sha256', v.sha256) ORDER BY v.idx) FILTER (WHERE v.status = 'stored' AND v.place <= ${LISTED_MAX})
        AS stored,
      jsonb_agg(jsonb_build_object('pointer', v.pointer, 'reason', coalesce(v.error, 'not_copied')) ORDER BY v.idx)
        FILTER (WHERE v.status <> 'stored' AND v.place <= ${LISTED_MAX}) AS refused,
      count(*) FILTER (WHERE v.place > ${LISTED_MAX}) AS more
    FROM (SELECT *, row_number() OVER (PARTITION BY status = 'stored' ORDER BY idx) AS place FROM variants
      WHERE render_id = r.id) AS v
  ) AS f ON true
  WHERE j.id = ANY ($1)`)

export const completed = generationThat(`'succeeded'`)
export const failed = generationThat(`'failed'`)
export const canceled = generationThat(`'canceled', 'aborted'`)
