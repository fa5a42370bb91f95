import { FINAL_PREDICTION_STATUSES } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { lockRows } from '../sql/locked-rows.ts'
import { parseRows } from '../sql/rows.ts'
import { creditCorrections, type NewCreditEntry } from './corrections.ts'
import type { ChangedCredits } from './derive-payments.ts'
import { BOOKED_CREDIT, BookedCredit, baseKeyOf, type CreditEntry } from './entries.ts'
import { writeCredits } from './write-entries.ts'

const Reserved = z.object({
  id: z.string(),
  status: z.string(),
  prediction_id: z.string().nullable(),
  user_id: z.string(),
})

type Reserved = z.infer<typeof Reserved>

const ENDED: readonly string[] = FINAL_PREDICTION_STATUSES

/**
 * Spends what was reserved for generations that have succeeded, and gives it back for those that have ended otherwise.
 * Follows from the merged rows, so that another ending corrects it.
 *
 * @param by the column of the jobs that `keys` are in
 * @param eventOf the event that concerns a prediction
 */
export async function settleReservations(
  client: PoolClient,
  by: 'id' | 'prediction_id',
  keys: string[],
  eventOf: (predictionId: string | null) => string | null,
): Promise<ChangedCredits[]> {
  if (keys.length === 0) return []
  const jobs = await reservedJobs(client, by, keys)
  if (jobs.length === 0) return []
  // The host may give back what it reserved at the same time.
  const users = [...new Set(jobs.map(({ user_id }) => user_id))].sort()
  await lockRows(client, { table: 'credit_accounts', column: 'user_id', keys: users })
  const predictionOf = new Map(jobs.map(({ id, prediction_id }) => [id, prediction_id]))
  const entries = (await settlementsOf(client, jobs)).map((entry) => ({
    ...entry,
    webhookEventId: eventOf(predictionOf.get(entry.generationJobId ?? '') ?? null),
  }))
  await writeCredits(client, entries)
  return entries.map(({ userId, webhookEventId }) => ({ userId, webhookEventId }))
}

/** The jobs among these that credits were reserved for. */
export async function reservedJobs(
  client: Pool | PoolClient,
  by: 'id' | 'prediction_id',
  keys: string[],
): Promise<Reserved[]> {
  const { rows } = await client.query({
    name: `reserved_by_${by}`,
    text: `SELECT j.id, j.status, j.prediction_id, e.user_id FROM generation_jobs j
      JOIN credit_entries e ON e.entry_key = 'reserve:' || j.id AND e.account = 'reserved'
      WHERE j.${by} = ANY ($1) ORDER BY j.id`,
    values: [keys],
  })
  return parseRows(Reserved, rows)
}

/** The entries that settle the reservations of these jobs and are not booked. */
export async function settlementsOf(client: Pool | PoolClient, jobs: Reserved[]): Promise<NewCreditEntry[]> {
  const { rows } = await client.query({
    name: 'booked_credits_of_jobs',
    text: `SELECT ${BOOKED_CREDIT} FROM credit_entries WHERE generation_job_id = ANY ($1)`,
    values: [jobs.map(({ id }) => id)],
  })
  const ofJob = new Map<string | null, BookedCredit[]>()
  for (const row of parseRows(BookedCredit, rows))
    ofJob.set(row.generation_job_id, [...(ofJob.get(row.generation_job_id) ?? []), row])
  return jobs.flatMap((job) => {
    const booked = ofJob.get(job.id) ?? []
    return creditCorrections(settlementOf(job, booked), settled(job, booked))
  })
}

/** The lines that follow from the job's ending. While it runs, what the host gave back stays so. */
const settled = ({ id, status }: Reserved, booked: BookedCredit[]): BookedCredit[] =>
  booked.filter(
    (row) => baseKeyOf(row) !== `reserve:${id}` && (ENDED.includes(status) || row.webhook_event_id !== null),
  )

function settlementOf({ id, status, user_id: userId }: Reserved, booked: BookedCredit[]): CreditEntry[] {
  const reserved = booked.find((row) => row.entry_key === `reserve:${id}` && row.account === 'reserved')
  if (!reserved || !ENDED.includes(status)) return []
  const [name, to] = status === 'succeeded' ? (['spend', 'spent'] as const) : (['release', 'available'] as const)
  return [
    {
      entryKey: `${name}:${id}`,
      about: reserved.about,
      userId,
      from: 'reserved',
      to,
      amount: reserved.amount,
      startsAt: reserved.starts_at,
      expiresAt: null,
      paymentId: null,
      generationJobId: id,
    },
  ]
}
