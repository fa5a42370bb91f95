import { prismaOf } from '@sluice/database/client'
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

const BATCH = 1_000

/** Plays the host application, which inserts a user who signs up. Rows that are there stay as they are. */
export const insertUsers = (pool: Pool, users: readonly HostUser[]): Promise<void> =>
  inBatches(users, (data) => prismaOf(pool).user.createMany({ data, skipDuplicates: true }))

/** Plays the host application, which inserts a generation job when it starts a prediction. */
export const insertGenerationJobs = (pool: Pool, jobs: readonly HostJob[]): Promise<void> =>
  inBatches(jobs, (data) => prismaOf(pool).generationJob.createMany({ data, skipDuplicates: true }))

async function inBatches<T>(rows: readonly T[], insert: (batch: T[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) await insert(rows.slice(start, start + BATCH))
}
