import { type EffectName, readEffectNames } from '@sluice/database/inspect'
import type { Pool } from '@sluice/database/pool'
import { QUEUES } from '@sluice/queue'
import { eventLink } from './links.ts'

interface Job {
  id?: unknown
  name?: unknown
  data?: unknown
  externalUrl?: unknown
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** Whether this is a job of the outbox, whose data is the id of its row alone. */
const isEffect = ({ id, data }: Job): boolean =>
  typeof data === 'object' && data !== null && 'id' in data && data.id === id && UUID.test(String(id))

/**
 * Names the jobs of effects in an answer by kind and key, with a link to their event. The queue has only ids, as keys name
 * customers and users; without Postgres the jobs keep the name that they have there.
 */
export async function nameEffects<Body>(reader: Pool, base: string, body: Body): Promise<Body> {
  const jobs = jobsIn(body).filter(isEffect)
  if (jobs.length === 0) return body
  const ids = jobs.map(({ id }) => String(id))
  const names = new Map((await readEffectNames(reader, ids).catch(() => [])).map((name) => [name.id, name]))
  for (const job of jobs) nameJob(job, base, names.get(String(job.id)))
  return body
}

function nameJob(job: Job, base: string, name: EffectName | undefined): void {
  if (name === undefined) return
  const { kind, effectKey, provider, eventId } = name
  job.name = kind
  job.data = { ...(job.data as object), kind, effectKey, ...(eventId !== null && { provider, eventId }) }
  if (provider !== null && eventId !== null) job.externalUrl = eventLink(base, provider, eventId)
}

interface Answer {
  job?: Job
  queues?: { name: string; jobs: Job[] }[]
}

/** The jobs of a list, or of the page of one. */
function jobsIn(body: unknown): Job[] {
  const { job, queues } = (body ?? {}) as Answer
  if (job) return [job]
  return Array.isArray(queues)
    ? queues.filter(({ name }) => name.endsWith(QUEUES.effects)).flatMap(({ jobs }) => jobs)
    : []
}
