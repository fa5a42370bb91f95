import { type Batcher, Outage, type Settled } from '@sluice/database/committer'
import type { Pool } from '@sluice/database/pool'
import { beginSoloRun, endSoloRun, kindOf, recordFailure } from '@sluice/database/upkeep'
import type { EventJobData, Producer } from '@sluice/queue'
import type { Logger } from '@sluice/runtime'
import { DelayedError, type Job, UnrecoverableError } from 'bullmq'
import type { Gate } from './gate.ts'
import type { OutageWatch } from './outage.ts'
import { report, reportFailure } from './report.ts'
import { rowOf } from './take-job.ts'

export interface Processing {
  pool: Pool
  batcher: Batcher
  producer: Producer
  gate: Gate
  outage: OutageWatch
  logger: Logger
  /** After so many failures an event is a dead letter. */
  attemptsMax: number
}

/** After so many runs of its own that never came to an end, an event is a dead letter: it takes processes with it. */
const SOLO_RUNS_MAX = 2

const BUSY_MS = 100
const WAITING_MS = 1_000
const OUTAGE_MS = 1_000

/**
 * Takes one event's job and sees it through. A job that ends well has a row that is processed or ignored; every other
 * ending is thrown:
 *
 *   DelayedError         not now: an outage, a busy key, a row of the host that is missing. Uses no attempt
 *   UnrecoverableError   never: the event is a dead letter
 *   any other            it failed, and comes again after its backoff
 */
export function createProcessor(processing: Processing) {
  const { gate } = processing
  return async (job: Job<EventJobData>, token: string): Promise<string> => {
    const startedAt = performance.now()
    // Who was holding this job died: it may be the job that did it.
    const isSuspect = (job.stalledCounter ?? 0) > 0
    const settled = await settleUnlessOut(processing, job, token, isSuspect)
    const took = performance.now() - startedAt
    return conclude(processing, job, token, settled, took)
  }

  function settleUnlessOut(
    { pool, batcher, outage }: Processing,
    job: Job<EventJobData>,
    token: string,
    isSuspect: boolean,
  ) {
    const work = async () => {
      const row = await rowOf(pool, job)
      if (row === undefined) return { outcome: 'missing' } as const
      return isSuspect ? settleAlone(processing, row) : batcher.submit(row)
    }
    return (isSuspect ? gate.alone(work) : gate.together(work)).catch((error: unknown) => {
      if (!(error instanceof Outage) && kindOf(error) === 'data') throw error
      outage.noticed(error instanceof Error ? error.name : 'unknown')
      return delay(job, token, OUTAGE_MS)
    })
  }
}

/** A process that dies in here leaves a run that was begun and never settled. */
async function settleAlone(
  { pool, batcher }: Processing,
  row: string,
): Promise<Settled | { outcome: 'crashed'; row: string }> {
  if ((await beginSoloRun(pool, row)) > SOLO_RUNS_MAX) return { outcome: 'crashed', row }
  const settled = await batcher.submit(row)
  if (settled.outcome !== 'failed') await endSoloRun(pool, row)
  return settled
}

async function conclude(
  processing: Processing,
  job: Job<EventJobData>,
  token: string,
  settled: Settled | { outcome: 'crashed'; row: string },
  tookMs: number,
): Promise<string> {
  switch (settled.outcome) {
    case 'processed':
      report(processing.logger, settled, job, tookMs)
      await processing.producer.enqueueEffects(settled.effects).catch(() => {}) // the sweeper finds them
      return 'processed'
    case 'ignored':
      report(processing.logger, settled, job, tookMs)
      return `ignored: ${settled.reason}`
    case 'settled':
      return 'settled before'
    case 'missing':
      return 'not in the inbox'
    case 'busy':
      return delay(job, token, BUSY_MS + Math.random() * 2 * BUSY_MS)
    case 'waiting':
      return delay(job, token, WAITING_MS)
    case 'failed':
      return fail(processing, job, token, { code: settled.code, message: settled.message }, processing.attemptsMax)
    case 'crashed':
      return fail(processing, job, token, { code: 'crashed', message: 'two runs of its own never came to an end' }, 0)
  }
}

async function fail(
  { pool, producer, outage, logger }: Processing,
  job: Job<EventJobData>,
  token: string,
  cause: { code: string; message: string },
  attemptsMax: number,
): Promise<never> {
  const row = await rowOf(pool, job)
  const failed = row === undefined ? undefined : await recordFailure(pool, row, cause, attemptsMax).catch(() => null)
  if (failed === null) {
    outage.noticed('the failure could not be recorded')
    return delay(job, token, OUTAGE_MS)
  }
  if (failed) reportFailure(logger, failed, cause.code)
  const text = `${cause.code}: ${cause.message}`
  if (!failed?.isDead) throw new Error(text)
  await producer.noteDeadLetter({ ...job.data, ...failed, cause: cause.code }).catch(() => {}) // Postgres has it
  throw new UnrecoverableError(text)
}

async function delay(job: Job, token: string, milliseconds: number): Promise<never> {
  await job.moveToDelayed(Date.now() + milliseconds, token)
  throw new DelayedError()
}
