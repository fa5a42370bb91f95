import { type ProcessRow, readExamination, readProcesses } from '@sluice/database/inspect'
import type { Pool } from '@sluice/database/pool'
import { withDeadline } from '@sluice/runtime/deadline'
import type { Probe } from '@sluice/runtime/probe'
import type { Queue } from 'bullmq'
import type { RequestHandler } from 'express'
import type { z } from 'zod'
import { secondsSince } from './attention.ts'
import { Health, type QueueState, type SecretInUse } from './schemas/health.ts'

/** A worker reports each 15 s, ingest each 30 s. */
const LATE_SECONDS = 90

/** A connection to Redis waits for it, and a person does not. */
const QUEUES_MS = 3_000

/** Stores, processes, queues, secrets in use, and what a worker found. It answers also while a store does not. */
export const health =
  (reader: Pool, queues: Queue[], probes: Record<string, Probe>): RequestHandler =>
  async (_request, response) => {
    const [stores, processes, examination, states] = await Promise.all([
      Promise.all(Object.entries(probes).map(async ([name, probe]) => ({ name, reason: await probe() }))),
      orNull(readProcesses(reader)),
      orNull(readExamination(reader).then((found) => found ?? { at: null, findings: [] })),
      orNull(withDeadline(Promise.all(queues.map(stateOf(queues))), QUEUES_MS, 'Reading the queues')),
    ])
    const answer: z.input<typeof Health> = {
      stores,
      examination,
      processes: processes?.map(shown) ?? null,
      secrets: processes && secretsOf(processes),
      queues: states,
    }
    response.set('Cache-Control', 'no-store').json(Health.parse(answer))
  }

/** Null if the store does not answer, which its probe explains. */
const orNull = <T>(reading: Promise<T>): Promise<T | null> => reading.catch(() => null)

const shown = ({ details, ...row }: ProcessRow) => ({
  ...row,
  isLate: secondsSince(row.reportedAt, new Date()) > LATE_SECONDS,
  load: details.load ?? null,
})

/** Of all instances of ingest: the newest says how long its secrets are, and any may have met a match. */
function secretsOf(processes: ProcessRow[]): z.input<typeof SecretInUse>[] {
  const secrets = new Map<string, z.input<typeof SecretInUse>>()
  for (const { details } of processes)
    for (const one of details.secrets ?? []) {
      const before = secrets.get(one.provider)?.matchedAt ?? null
      const matchedAt =
        [before, one.matchedAt]
          .filter((at) => typeof at === 'string')
          .sort()
          .at(-1) ?? null
      secrets.set(one.provider, { ...one, matchedAt })
    }
  return [...secrets.values()]
}

/** @param queues all: those of one name are its shards, in their order */
const stateOf =
  (queues: Queue[]) =>
  async (queue: Queue): Promise<z.input<typeof QueueState>> => {
    const [counts, [oldest], isPaused] = await Promise.all([
      queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed'),
      queue.getJobs(['waiting'], 0, 0, true),
      queue.isPaused(),
    ])
    const count = (state: string) => counts[state] ?? 0
    return {
      name: queue.name,
      shard: queues.filter(({ name }) => name === queue.name).indexOf(queue),
      isPaused,
      waiting: count('waiting') + count('prioritized'),
      running: count('active'),
      delayed: count('delayed'),
      failed: count('failed'),
      oldestSeconds: oldest ? secondsSince(new Date(oldest.timestamp), new Date()) : null,
    }
  }
