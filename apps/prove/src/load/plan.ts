import { type SeedStream, seedStream } from '@sluice/simulator'
import type { FileOptions } from '@sluice/testing/stand-ins'
import { plant } from '../check/canaries.ts'

/** What is to be sent, with the host's rows for it. */
export type Plan = SeedStream

/** The lives of many customers, and predictions whose files are really there. The same for a seed. */
export function planOf(events: number, seed: number, addFile: (path: string, index: number) => void): Plan {
  const stream = seedStream({ events, seed: `prove:${seed}` })
  stream.events = stream.events.map(plant)
  const paths = new Set(stream.events.flatMap(({ body }) => [...body.matchAll(FILE)].map(([, path]) => path ?? '')))
  for (const [index, path] of [...paths].entries()) addFile(path, index)
  return stream
}

const FILE = /https:\/\/replicate\.delivery(\/[^"]+)/g

/** A picture of its own for each address. */
export const fileAt = (path: string): FileOptions => ({
  path,
  body: Buffer.from(`the file ${path}`),
  contentType: 'image/png',
})

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
