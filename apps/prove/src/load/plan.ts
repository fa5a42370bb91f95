import { type SeedStream, seedStream } from '@sluice/simulator'
import type { FileOptions } from '@sluice/testing/stand-ins'
import { addPersonalData } from '../check/canaries.ts'

/** Events to send, with the host's rows that they refer to. */
export type Plan = SeedStream
export type HostRows = Partial<Omit<Plan, 'events'>>

/** Lifecycles of many customers, and predictions whose files exist. The same seed gives the same plan. */
export function planOf(events: number, seed: number, addFile: (path: string, index: number) => void): Plan {
  const stream = seedStream({ events, seed: `prove:${seed}` })
  stream.events = stream.events.map(addPersonalData)
  const paths = new Set(stream.events.flatMap(({ body }) => [...body.matchAll(FILE)].map(([, path]) => path ?? '')))
  for (const [index, path] of [...paths].entries()) addFile(path, index)
  return stream
}

const FILE = /https:\/\/replicate\.delivery(\/[^"]+)/g

/** A distinct image for each path. */
export const fileAt = (path: string): FileOptions => ({
  path,
  body: Buffer.from(`the file ${path}`),
  contentType: 'image/png',
})

interface Rows {
  query(sql: string, parameters?: unknown[]): Promise<unknown>
}

/** Inserts the rows that the host application has before any event arrives. */
export async function insertHostRows({ users = [], generationJobs = [] }: HostRows, rows: Rows): Promise<void> {
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
