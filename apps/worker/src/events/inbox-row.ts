import { appendEvent, findEventId } from '@sluice/database/inbox'
import type { Pool } from '@sluice/database/pool'
import { type EventJobData, eventIn } from '@sluice/queue'
import type { Job } from 'bullmq'

/**
 * The row id of a job's event. An event that was put into the job during a Postgres outage is first appended to the
 * inbox, in a separate transaction, and then removed from the job's data. If Redis fails to remove it, the next run
 * does.
 */
export async function rowOf(pool: Pool, job: Job<EventJobData>): Promise<string | undefined> {
  const { provider, eventId, id } = job.data
  const event = eventIn(job.data)
  if (!event) return id ?? findEventId(pool, provider, eventId)
  const row = await appendEvent(pool, event)
  await job.updateData({ provider, eventId, id: row }).catch(() => {})
  return row
}

/** Counts Stripe outages that this job has met, including this one. Postgres counts only failures. */
export async function countOutage(job: Job<EventJobData>): Promise<number> {
  const outages = (job.data.outages ?? 0) + 1
  await job.updateData({ ...job.data, outages })
  return outages
}
