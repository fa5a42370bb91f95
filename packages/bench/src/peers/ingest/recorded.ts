import { DEFAULT_PREFIX, QUEUES } from '@sluice/queue'
import { numberOf, type Stores } from '../../setup/stores.ts'

const KEY = `${DEFAULT_PREFIX}:${QUEUES.events}`
/** Job data with only ids is shorter; job data with a body is longer. */
const IDS_BYTES_MAX = 500

/** Waiting jobs. */
export const waitingJobs = async ({ redis }: Stores): Promise<number> => redis.llen(`${KEY}:wait`)

/**
 * Events that are safely stored: in the inbox, or with their body in a job because the inbox did not answer in time.
 * An event in both counts once.
 */
export async function recorded(stores: Stores): Promise<number> {
  const riding = await ridingEvents(stores)
  return numberOf(
    stores,
    `SELECT (SELECT count(*) FROM webhook_events) + (SELECT count(*) FROM unnest($1::text[]) AS riding (id)
      WHERE NOT EXISTS (SELECT FROM webhook_events WHERE event_id = riding.id)) AS count`,
    [riding],
  )
}

async function ridingEvents({ redis }: Stores): Promise<string[]> {
  const jobs = await redis.lrange(`${KEY}:wait`, 0, -1)
  const pipeline = redis.pipeline()
  for (const job of jobs) pipeline.hstrlen(`${KEY}:${job}`, 'data')
  const lengths = ((await pipeline.exec()) ?? []).map(([, length]) => Number(length))
  return jobs.filter((_, index) => (lengths[index] ?? 0) > IDS_BYTES_MAX).map((job) => job.replace(/^stripe-/, ''))
}
