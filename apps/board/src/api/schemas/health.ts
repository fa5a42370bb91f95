import { z } from 'zod'
import { time } from './common.ts'

/** The result of one check of `sluice doctor`. */
export const Finding = z.object({
  check: z.string(),
  /** `found`: works but needs attention. `skipped`: not checked, and `says` has the reason. */
  verdict: z.enum(['good', 'failed', 'found', 'skipped']),
  /** The result, and what to do if it is not good. Never a secret, or an address with a password. */
  says: z.string(),
})

export type Finding = z.output<typeof Finding>

/** An ingest or a worker of the last hour. */
export const RunningProcess = z.object({
  app: z.string(),
  instance: z.string(),
  /** Of the handlers; null for ingest. */
  version: z.string().nullable(),
  startedAt: time,
  /** Its last sign of life. */
  reportedAt: time,
  /** It has missed several: it was stopped, or cannot reach the database. */
  isLate: z.boolean(),
  load: z
    .object({
      concurrency: z.number(),
      /** Processor time, as a share of one core. */
      cpu: z.number(),
      /** Share of the time in which its event loop was busy. */
      loop: z.number(),
      /** In bytes. */
      memory: z.number(),
    })
    .nullable(),
})

/** A queue in one shard. */
export const QueueState = z.object({
  name: z.string(),
  shard: z.number(),
  isPaused: z.boolean(),
  waiting: z.number(),
  running: z.number(),
  delayed: z.number(),
  failed: z.number(),
  /** Age of the oldest job that waits, in seconds; null if none waits. */
  oldestSeconds: z.number().nullable(),
})

/** The signing secrets of one provider that ingest holds. Nothing of a secret itself. */
export const SecretInUse = z.object({
  provider: z.string(),
  variable: z.string(),
  /** The length of each; none: it is not set. */
  characters: z.array(z.number()),
  /** The last request that one of them verified, since ingest was started. */
  matchedAt: time.nullable(),
})

/** `GET /api/health`. Each part is null if its store does not answer. */
export const Health = z.object({
  /** The stores as the board reaches them; `reason` is null if it does. */
  stores: z.array(z.object({ name: z.string(), reason: z.string().nullable() })),
  /** The checks that a worker made last; `at` is null if none did within an hour. */
  examination: z.object({ at: time.nullable(), findings: z.array(Finding) }).nullable(),
  processes: z.array(RunningProcess).nullable(),
  secrets: z.array(SecretInUse).nullable(),
  queues: z.array(QueueState).nullable(),
})

export type Health = z.output<typeof Health>
