import { z } from 'zod'

/** The load of a worker. */
export const WorkerLoad = z.object({
  /** Jobs that it runs at the same time at most. */
  concurrency: z.number(),
  /** Processor time since the last report, as a share of one core. */
  cpu: z.number(),
  /** Share of the time since then in which its event loop was busy. */
  loop: z.number(),
  /** Resident memory, in bytes. */
  memory: z.number(),
})

/** The signing secrets of one provider that ingest holds: how many, how long, and whether they fit. Nothing of a secret itself. */
export const SecretInUse = z.object({
  provider: z.string(),
  variable: z.string(),
  /** Length of each secret; none: it is not set. */
  characters: z.array(z.number()),
  /** The last request that one of them verified, since the process started. */
  matchedAt: z.string().nullable(),
})

/** Details that a process reports of itself, beside its times. */
export interface ProcessDetails {
  load?: z.output<typeof WorkerLoad>
  secrets?: z.output<typeof SecretInUse>[]
}

/** A finding of `@sluice/doctor`. */
export interface ReportedFinding {
  check: string
  verdict: string
  says: string
}
