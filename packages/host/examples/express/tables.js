// Everything that this application writes to and reads from the tables of Sluice.
import pg from 'pg'

/** @import { CheckoutSessionRow, GenerationJobRow, NewGenerationJob, UserRow, VariantRow } from '@sluice/host' */

const schema = process.env.DATABASE_SCHEMA ?? 'sluice'

// `sluice` first, so that the tables need no schema in front of their names.
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  options: `-c search_path=${schema},public`,
})

/**
 * @template T
 * @param {string} text
 * @param {unknown[]} values
 * @returns {Promise<T[]>}
 */
const query = async (text, values) => (await pool.query(text, values)).rows

/**
 * When somebody signs up.
 *
 * @param {string} id
 * @param {string} email
 */
export const addUser = (id, email) =>
  query('INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING', [id, email])

/**
 * When a prediction is started.
 *
 * @param {NewGenerationJob} job
 */
export const addGeneration = ({ id, user_id, prediction_id }) =>
  query('INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ($1, $2, $3)', [id, user_id, prediction_id])

/**
 * @param {string} id
 * @returns {Promise<Pick<UserRow, 'id' | 'email' | 'role'>>}
 */
export async function userOf(id) {
  const [user] = await query('SELECT id, email, role FROM users WHERE id = $1', [id])
  return user
}

/**
 * The id of the user's customer at Stripe; undefined before the first purchase.
 *
 * @param {string} userId
 * @returns {Promise<string | undefined>}
 */
export async function customerOf(userId) {
  const [customer] = await query(
    'SELECT stripe_customer_id AS id FROM customers WHERE user_id = $1 AND NOT deleted LIMIT 1',
    [userId],
  )
  return customer?.id
}

/**
 * @param {string} sessionId
 * @returns {Promise<Pick<CheckoutSessionRow, 'status'> | undefined>} undefined until its webhook is processed
 */
export async function checkoutOf(sessionId) {
  const [session] = await query('SELECT status FROM checkout_sessions WHERE stripe_checkout_session_id = $1', [
    sessionId,
  ])
  return session
}

/** @typedef {Pick<GenerationJobRow, 'id' | 'status' | 'error'> & { picture: string | null }} Generation */

const GENERATIONS = `
  SELECT job.id, job.status, job.error, min(variant.id)::text AS picture
  FROM generation_jobs job
  LEFT JOIN renders render ON render.generation_job_id = job.id
  LEFT JOIN variants variant ON variant.render_id = render.id AND variant.status = 'stored'
  WHERE job.user_id = $1`

/**
 * @param {string} userId
 * @returns {Promise<Generation[]>}
 */
export const generationsOf = (userId) => query(`${GENERATIONS} GROUP BY job.id ORDER BY job.id DESC`, [userId])

/**
 * @param {string} userId
 * @param {string} id
 * @returns {Promise<Generation | undefined>} undefined also if it is somebody else's
 */
export async function generationOf(userId, id) {
  const [generation] = await query(`${GENERATIONS} AND job.id = $2 GROUP BY job.id`, [userId, id])
  return generation
}

/**
 * @param {string} userId
 * @param {string} id
 * @returns {Promise<Pick<VariantRow, 'storage_key' | 'content_type'> | undefined>} undefined also if it is somebody else's
 */
export async function pictureOf(userId, id) {
  const [picture] = await query(
    `SELECT variant.storage_key, variant.content_type
     FROM variants variant
     JOIN renders render ON render.id = variant.render_id
     JOIN generation_jobs job ON job.id = render.generation_job_id
     WHERE job.user_id = $1 AND variant.id::text = $2`,
    [userId, id],
  )
  return picture
}
