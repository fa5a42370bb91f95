import { providerOf } from '@sluice/providers'
import type { Pool } from 'pg'
import type { Delivery } from './delivery.ts'
import { verified } from './verified.ts'

export interface HostUser {
  id: string
  email: string | null
  stripeCustomerId?: string
}

export interface HostJob {
  id: string
  userId: string | null
  predictionId: string
}

/** Inserts users like a host application would on sign-up, in the columns that its role may write. Existing rows stay unchanged. */
export async function insertUsers(pool: Pool, users: readonly HostUser[]): Promise<void> {
  await pool.query(
    `INSERT INTO users (id, email, stripe_customer_id)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`,
    [
      users.map(({ id }) => id),
      users.map(({ email }) => email),
      users.map(({ stripeCustomerId }) => stripeCustomerId ?? null),
    ],
  )
}

/** Inserts generation jobs like a host application would when it starts predictions. Existing rows stay unchanged. */
export async function insertGenerationJobs(pool: Pool, jobs: readonly HostJob[]): Promise<void> {
  await pool.query(
    `INSERT INTO generation_jobs (id, user_id, prediction_id)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`,
    [jobs.map(({ id }) => id), jobs.map(({ userId }) => userId), jobs.map(({ predictionId }) => predictionId)],
  )
}

export interface HostRowsOptions {
  /** Whether made users have an e-mail address: only where e-mail is written to files. */
  withEmail: boolean
}

/**
 * Inserts what the host application would have inserted: the generation job of a prediction, and the user of a customer.
 * Otherwise the worker would wait for the one, and nobody would get what was paid for without the other.
 */
export async function insertHostRows(
  pool: Pool,
  deliveries: Delivery[],
  { withEmail }: HostRowsOptions,
): Promise<void> {
  const predictionIds = deliveries.flatMap(({ provider: name, body }) => {
    const provider = providerOf(name)
    return (provider.predictionIdOf && provider.objectId(JSON.parse(body))) ?? []
  })
  await insertGenerationJobs(
    pool,
    predictionIds.map((predictionId) => ({ id: `sent_${predictionId}`, userId: null, predictionId })),
  )
  const customerIds = new Set(deliveries.flatMap((delivery) => verified(delivery).customerId ?? []))
  await insertUsers(
    pool,
    [...customerIds].map((customerId) => ({
      id: `sent_${customerId}`,
      email: withEmail ? `${customerId.toLowerCase()}@example.com` : null,
      stripeCustomerId: customerId,
    })),
  )
}
