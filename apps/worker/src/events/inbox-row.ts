import { appendEvent, findEventId } from '@sluice/database/inbox'
import type { Pool } from '@sluice/database/pool'
import { type EventJobData, eventIn } from '@sluice/queue'
import type { Job } from 'bullmq'

/**
 * The row of a job's event. An event that rode in the job during an outage of Postgres is appended first, in a
 * transaction of its own, and then taken out of the job's data. Where Redis fails at that, the next run does it.
 */
export async function rowOf(pool: Pool, job: Job<EventJobData>): Promise<string | undefined> {
  const { provider, eventId, id } = job.data
  const event = eventIn(job.data)
  if (!event) return id ?? findEventId(pool, provider, eventId)
  const row = await appendEvent(pool, event)
  await job.updateData({ provider, eventId, id: row }).catch(() => {})
  return row
}

/** How often this job has met a Stripe that does not answer, now included: Postgres counts failures, not these. */
export async function countOutage(job: Job<EventJobData>): Promise<number> {
  const outages = (job.data.outages ?? 0) + 1
  await job.updateData({ ...job.data, outages })
  return outages
}
