import { type SeedStream, seedStream, type TestReplicate } from '@sluice/testing'

/** What is to be sent, with the host's rows for it. */
export type Plan = SeedStream

/** The lives of many customers, and predictions whose files are really there. The same for a seed. */
export function planOf(events: number, seed: number, replicate: Pick<TestReplicate, 'addFile'>): Plan {
  const stream = seedStream({ events, seed: `prove:${seed}` })
  return { ...stream, events: stream.events.map((event) => ({ ...event, body: served(event.body, replicate) })) }
}

const FILE = /https:\/\/replicate\.delivery(\/[^"]+)/g

function served(body: string, replicate: Pick<TestReplicate, 'addFile'>): string {
  for (const [url, path] of body.matchAll(FILE)) {
    if (path) replicate.addFile({ path, body: Buffer.from(`the file ${url}`), contentType: 'image/png' })
  }
  return body
}

interface Rows {
  query(sql: string, parameters?: unknown[]): Promise<unknown>
}

/** The host's own rows, which are there before any provider tells anything. */
export async function insertHostRows({ users, generationJobs }: Plan, rows: Rows): Promise<void> {
  await rows.query('INSERT INTO users (id, email) SELECT * FROM unnest($1::text[], $2::text[])', [
    users.map(({ id }) => id),
    users.map(({ email }) => email),
  ])
  await rows.query(
    'INSERT INTO generation_jobs (id, user_id, prediction_id) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])',
    [
      generationJobs.map(({ id }) => id),
      generationJobs.map(({ userId }) => userId),
      generationJobs.map(({ predictionId }) => predictionId),
    ],
  )
}
