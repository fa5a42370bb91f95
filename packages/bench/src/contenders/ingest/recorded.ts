import { PREFIX, QUEUES } from '@sluice/queue'
import { numberOf } from '../../world/number-of.ts'
import type { Stores } from '../../world/stores.ts'

const KEY = `${PREFIX}:${QUEUES.events}`
/** The data of a job that carries ids alone is shorter, and that of one with a body longer. */
const IDS_BYTES_MAX = 500

/** Jobs of events that wait. */
export const waitingJobs = async ({ redis }: Stores): Promise<number> => redis.llen(`${KEY}:wait`)

/**
 * Events that cannot be lost any more: those in the inbox, and those whose body is in a job, as it is when the inbox did
 * not answer in time. Whichever of them are in both count once.
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
