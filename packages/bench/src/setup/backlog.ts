import { createProducer } from '@sluice/queue'
import { eventually } from '@sluice/testing'
import { keyOf, SAMPLE, sampleEvent } from '../event.ts'
import type { Stores } from './stores.ts'

const JOBS_AT_ONCE = 200

export interface Backlog {
  /** Id of the first row; ids are consecutive. */
  first: number
  count: number
}

type Sample = ReturnType<typeof sampleEvent>

/** Inserts inbox rows as ingest writes them, and the host's users that they refer to. */
export async function appendRows(stores: Stores, number: number, count: number): Promise<Backlog> {
  await insertUsers(stores, number, count)
  return appendEvents(stores, number, count, sampleEvent())
}

/** Inserts only the inbox rows, made from an event with the sample's key. */
export async function appendEvents(stores: Stores, number: number, count: number, event: Sample): Promise<Backlog> {
  const { rows } = await stores.pool.query<{ id: string }>(APPEND, [...valuesOf(event), number, number + count - 1])
  const first = Number(rows[0]?.id)
  if (rows.length !== count || Number(rows.at(-1)?.id) !== first + count - 1) throw new Error('ids that leave gaps')
  return { first, count }
}

/** Adds a job per row as ingest does, retrying until Redis takes it. */
export async function enqueueRows(
  { redisUrl }: Stores,
  { first, count }: Backlog,
  number: number,
  { provider, type, eventId }: Sample = sampleEvent(),
): Promise<void> {
  const producer = createProducer(redisUrl)
  try {
    for (let done = 0; done < count; done += JOBS_AT_ONCE) {
      const jobs = Array.from({ length: Math.min(JOBS_AT_ONCE, count - done) }, (_, index) => ({
        provider,
        type,
        eventId: eventId.replace(SAMPLE, keyOf(number + done + index)),
        id: String(first + done + index),
      }))
      await Promise.all(jobs.map((job) => eventually(() => producer.enqueue(job))))
    }
  } finally {
    await producer.close()
  }
}

/** Inserts the host's users that the events name. */
export async function insertUsers({ pool }: Stores, number: number, count: number): Promise<void> {
  await pool.query(
    `INSERT INTO users (id, email) SELECT 'user_' || lpad(n::text, 10, '0'), n || '@example.com'
      FROM generate_series($1::int, $2::int) AS n`,
    [number, number + count - 1],
  )
}

/** Inserts the host's jobs that the generations of a mixed load name. */
export async function insertJobs({ pool }: Stores, number: number, count: number): Promise<void> {
  await pool.query(
    `INSERT INTO generation_jobs (id, user_id, prediction_id)
      SELECT 'job_' || key, 'user_' || key, 'p' || key
      FROM (SELECT lpad(n::text, 10, '0') AS key FROM generate_series($1::int, $2::int) AS n) AS numbered`,
    [number, number + count - 1],
  )
}

/** `sweep_after` is as if the sweeper had seen their jobs. */
const APPEND = `INSERT INTO webhook_events
    (provider, event_id, type, livemode, api_version, ordering_key, customer_id, subscription_id, occurred_at, headers,
     raw_body, sweep_after)
  SELECT $1, replace($2, '${SAMPLE}', key), $3, $4, $5, replace($6, '${SAMPLE}', key), replace($7, '${SAMPLE}', key),
    replace($8, '${SAMPLE}', key), $9, $10::jsonb, convert_to(replace($11, '${SAMPLE}', key), 'UTF8'),
    now() + '10 min'::interval
  FROM (SELECT n, lpad(n::text, 10, '0') AS key FROM generate_series($12::int, $13::int) AS n) AS numbered
  ORDER BY n RETURNING id`

const valuesOf = (event: Sample): unknown[] => [
  event.provider,
  event.eventId,
  event.type,
  event.livemode,
  event.apiVersion,
  event.orderingKey,
  event.customerId,
  event.subscriptionId,
  event.occurredAt,
  JSON.stringify(event.headers),
  event.rawBody.toString('utf8'),
]
