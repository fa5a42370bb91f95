// Everything that this application writes to and reads from the tables of Sluice.
import type { CheckoutSessionRow, GenerationJobRow, NewGenerationJob, UserRow, VariantRow } from '@sluice/host'
import pg from 'pg'

export type User = Pick<UserRow, 'id' | 'email' | 'role'>
export type Generation = Pick<GenerationJobRow, 'id' | 'status' | 'error'> & { picture: string | null }

const schema = process.env.DATABASE_SCHEMA ?? 'sluice'

// `sluice` first, so that the tables need no schema in front of their names.
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  options: `-c search_path=${schema},public`,
})

async function query<T>(text: string, values: unknown[]): Promise<T[]> {
  return (await pool.query(text, values)).rows as T[]
}

/** When somebody signs up. */
export const addUser = (id: string, email: string) =>
  query('INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING', [id, email])

/** When a prediction is started. */
export const addGeneration = ({ id, user_id, prediction_id }: NewGenerationJob) =>
  query('INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ($1, $2, $3)', [id, user_id, prediction_id])

export async function userOf(id: string): Promise<User> {
  const [user] = await query<User>('SELECT id, email, role FROM users WHERE id = $1', [id])
  if (!user) throw new Error(`There is no user ${id}.`)
  return user
}

/** The id of the user's customer at Stripe; undefined before the first purchase. */
export async function customerOf(userId: string): Promise<string | undefined> {
  const [customer] = await query<{ id: string }>(
    'SELECT stripe_customer_id AS id FROM customers WHERE user_id = $1 AND NOT deleted LIMIT 1',
    [userId],
  )
  return customer?.id
}

/** Undefined until the webhook of the session is processed. */
export async function checkoutOf(sessionId: string): Promise<Pick<CheckoutSessionRow, 'status'> | undefined> {
  const [session] = await query<Pick<CheckoutSessionRow, 'status'>>(
    'SELECT status FROM checkout_sessions WHERE stripe_checkout_session_id = $1',
    [sessionId],
  )
  return session
}

const GENERATIONS = `
  SELECT job.id, job.status, job.error, min(variant.id)::text AS picture
  FROM generation_jobs job
  LEFT JOIN renders render ON render.generation_job_id = job.id
  LEFT JOIN variants variant ON variant.render_id = render.id AND variant.status = 'stored'
  WHERE job.user_id = $1`

export const generationsOf = (userId: string): Promise<Generation[]> =>
  query(`${GENERATIONS} GROUP BY job.id ORDER BY job.id DESC`, [userId])

/** Undefined also if it is somebody else's. */
export async function generationOf(userId: string, id: string): Promise<Generation | undefined> {
  const [generation] = await query<Generation>(`${GENERATIONS} AND job.id = $2 GROUP BY job.id`, [userId, id])
  return generation
}

/** Undefined also if it is somebody else's. */
export async function pictureOf(userId: string, id: string) {
  const [picture] = await query<Pick<VariantRow, 'storage_key' | 'content_type'>>(
    `SELECT variant.storage_key, variant.content_type
     FROM variants variant
     JOIN renders render ON render.id = variant.render_id
     JOIN generation_jobs job ON job.id = render.generation_job_id
     WHERE job.user_id = $1 AND variant.id::text = $2`,
    [userId, id],
  )
  return picture
}
