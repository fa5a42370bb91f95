import type { Pool } from 'pg'

export interface HostUser {
  id: string
  email: string
}

export interface HostJob {
  id: string
  userId: string | null
  predictionId: string
}

/** The host application inserts these when somebody signs up, and when it starts a prediction: here we play it. */
export async function insertUsers(pool: Pool, users: readonly HostUser[]): Promise<void> {
  await pool.query(
    'INSERT INTO users (id, email) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING',
    [users.map((user) => user.id), users.map((user) => user.email)],
  )
}

export async function insertGenerationJobs(pool: Pool, jobs: readonly HostJob[]): Promise<void> {
  await pool.query(
    `INSERT INTO generation_jobs (id, user_id, prediction_id)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`,
    [jobs.map((job) => job.id), jobs.map((job) => job.userId), jobs.map((job) => job.predictionId)],
  )
}
