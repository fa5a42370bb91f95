import type { Pool } from 'pg'

/** A file of an output, and whose it is. */
export interface VariantRow {
  assetKey: string
  pointer: string
  sourceUrl: string
  status: 'pending' | 'stored' | 'refused' | 'failed'
  predictionId: string
  completedAt: Date | null
}

export async function loadVariant(pool: Pool, assetKey: string): Promise<VariantRow | undefined> {
  const { rows } = await pool.query<VariantRow>(
    `SELECT v.asset_key AS "assetKey", v.pointer, v.source_url AS "sourceUrl", v.status,
        j.prediction_id AS "predictionId", j.completed_at AS "completedAt"
      FROM variants v JOIN renders r ON r.id = v.render_id JOIN generation_jobs j ON j.id = r.generation_job_id
      WHERE v.asset_key = $1`,
    [assetKey],
  )
  return rows[0]
}

export interface StoredFile {
  contentType: string
  bytes: number
  /** In hexadecimal. */
  sha256: string
}

export async function noteStored(pool: Pool, assetKey: string, file: StoredFile): Promise<void> {
  await pool.query(
    `UPDATE variants SET status = 'stored', storage_key = asset_key, error = NULL,
      content_type = $2, bytes = $3, sha256 = $4 WHERE asset_key = $1`,
    [assetKey, file.contentType, file.bytes, file.sha256],
  )
}

/** What is stored stays so, whatever a slower attempt met. */
export async function noteNotStored(
  pool: Pool,
  assetKey: string,
  status: 'refused' | 'failed',
  error: string,
): Promise<void> {
  await pool.query(`UPDATE variants SET status = $2, error = $3 WHERE asset_key = $1 AND status <> 'stored'`, [
    assetKey,
    status,
    error,
  ])
}

export interface GenerationRow {
  id: string
  userId: string | null
  status: string
}

export async function loadGeneration(pool: Pool, jobId: string): Promise<GenerationRow | undefined> {
  const { rows } = await pool.query<GenerationRow>(
    'SELECT id, user_id AS "userId", status FROM generation_jobs WHERE id = $1',
    [jobId],
  )
  return rows[0]
}
