import { prismaOf } from '@sluice/database/client'
import type { Pool } from 'pg'

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

const BATCH = 1_000

/** Inserts users like a host application would on sign-up. Existing rows stay unchanged. */
export const insertUsers = (pool: Pool, users: readonly HostUser[]): Promise<void> =>
  inBatches(users, (data) => prismaOf(pool).user.createMany({ data, skipDuplicates: true }))

/** Inserts generation jobs like a host application would when it starts predictions. Existing rows stay unchanged. */
export const insertGenerationJobs = (pool: Pool, jobs: readonly HostJob[]): Promise<void> =>
  inBatches(jobs, (data) => prismaOf(pool).generationJob.createMany({ data, skipDuplicates: true }))

async function inBatches<T>(rows: readonly T[], insert: (batch: T[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) await insert(rows.slice(start, start + BATCH))
}
