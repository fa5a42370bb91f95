import type { Batcher, DueEffect, Settled } from '@sluice/database/commit'
import { type Cause, causeOf, recordFailure } from '@sluice/database/dead-letters'
import { beginEventAlone, endEventAlone, type IngestKeys } from '@sluice/database/inbox'
import { kindOf } from '@sluice/database/sql'
import { backoffMs, type EventJobData, hasIds } from '@sluice/queue'
import { crashPoint } from '@sluice/runtime/crash-point'
import { type Logger, reasonOf } from '@sluice/runtime/logger'
import { annotate, annotateFailure, inSpan, traceId } from '@sluice/runtime/tracing'
import { DelayedError, type Job, UnrecoverableError } from 'bullmq'
import type { EventWaits } from '../health/event-waits.ts'
import type { LockWaits } from '../health/lock-waits.ts'
import type { OutageWatch } from '../health/outage.ts'
import type { Gate } from './gate.ts'
import { countOutage, findRow, PendingKeyError, rowOf, UnverifiedEventError } from './inbox-row.ts'
import { report, reportFailure, reportRefusal } from './report.ts'
import { type Fetching, settleThin, type ThinSettled } from './thin-event.ts'

export interface Processing extends Fetching {
  batcher: Batcher
  gate: Gate
  outage: OutageWatch
  /** Verify events that ride in jobs. */
  keys: IngestKeys
  lockWaits: LockWaits
  eventWaits: Pick<EventWaits, 'saw'>
  /** Runs the effects of an event, or adds jobs for them. Never rejects. */
  startEffects(effects: DueEffect[], eventId: string): Promise<void>
  logger: Logger
  /** Number of failed attempts after which an event becomes a dead letter. */
  attemptsMax: number
  /** First and longest delay of an event while Stripe does not answer, in milliseconds. */
  backoff: { backoffFirstMs: number; backoffMaxMs: number }
}

/**
 * Number of isolated runs that never ended, after which an event becomes a dead letter because it kills its process.
 */
const SOLO_RUNS_MAX = 2

const CROWDED_MS = 1_000
const WAITING_MS = 1_000
const OUTAGE_MS = 1_000

/**
 * Processes the job of one event. A job completes when its row is processed, ignored or missing. Every other outcome is
 * thrown:
 *
 * DelayedError         not now: an outage, here or at Stripe, a busy key, a missing row of the host. Uses no attempt
 * UnrecoverableError   never: the event is a dead letter any other            it failed, and is retried after its
 * backoff
 */
export function createProcessor(processing: Processing) {
  return async (job: Job<EventJobData>, token: string): Promise<string> => {
    const startedAt = performance.now()
    if (!hasIds(job.data)) throw new UnrecoverableError('invalid_job: its data names no event') // not written by Sluice
    const { provider, eventId } = job.data
    annotate({ provider, eventId, type: job.name, attempt: job.attemptsMade + 1 })
    // A previous worker died with this job, which may be the cause.
    const isSuspect = (job.stalledCounter ?? 0) > 0
    const settled = await settleOwn(processing, job, isSuspect).catch(outcomeOf)
    const took = performance.now() - startedAt
    annotate({ outcome: settled.outcome })
    if (settled.outcome !== 'busy') processing.lockWaits.over(lockWaitOf(job))
    processing.eventWaits.saw(job.data, settled.outcome)
    return conclude(processing, job, token, settled, took)
  }
}

/**
 * Settles the event that the job's provider and event id name. Its row id only saves a look-up: if that is the row of
 * another event, or of none, then the right row is looked up.
 */
async function settleOwn(processing: Processing, job: Job<EventJobData>, isSuspect: boolean) {
  const row = await rowOf(processing.pool, processing.keys, job)
  const settled = await settle(processing, row, isSuspect)
  if (row === undefined || isOf(job, settled)) return settled
  const own = await findRow(processing.pool, job)
  return own === row ? settled : settle(processing, own, isSuspect)
}

function isOf({ data: { provider, eventId } }: Job<EventJobData>, settled: ThinSettled | Crashed): boolean {
  if (settled.outcome === 'missing') return false
  return !('event' in settled) || (settled.event.provider === provider && settled.event.eventId === eventId)
}

/** The row's type, and not the name of its job, decides whether it is thin. */
async function settle(
  processing: Processing,
  row: string | undefined,
  isSuspect: boolean,
): Promise<ThinSettled | Crashed> {
  if (row === undefined) return { outcome: 'missing' }
  const { batcher, gate } = processing
  const settled = await (isSuspect
    ? gate.alone(() => settleAlone(processing, row))
    : gate.together(() => batcher.submit(row)))
  // Outside the gate: it calls no handler, and Stripe may be slow.
  return settled.outcome === 'thin' ? inSpan('fetch', { row }, () => settleThin(processing, row)) : settled
}

type Outage = { outcome: 'outage'; reason: string }
type Busy = Extract<Settled, { outcome: 'busy' }>
type Failed = Extract<Settled, { outcome: 'failed' }>

type Pending = { outcome: 'pending' }
type Refused = { outcome: 'refused'; code: string; message: string }

/** An outage or a locked row uses no attempt. A bug, or a row that Postgres rejects, is a failure of the event. */
function outcomeOf(error: unknown): Busy | Outage | Pending | Failed | Refused {
  if (error instanceof PendingKeyError) return { outcome: 'pending' }
  if (error instanceof UnverifiedEventError) return { outcome: 'refused', code: error.code, message: error.message }
  const kind = kindOf(error)
  if (kind === 'conflict') return { outcome: 'busy' }
  if (kind === 'outage') return { outcome: 'outage', reason: reasonOf(error) }
  return { outcome: 'failed', ...causeOf(error, 'processing_threw') }
}

type Crashed = { outcome: 'crashed'; row: string }

/** If the process dies in here, the recorded run never ends. */
async function settleAlone({ pool, batcher }: Processing, row: string): Promise<Settled | Crashed> {
  if ((await beginEventAlone(pool, row)) > SOLO_RUNS_MAX) return { outcome: 'crashed', row }
  let isOver = true
  try {
    const settled = await batcher.submit(row)
    isOver = settled.outcome !== 'failed' // recording the failure also ends the run
    return settled
  } finally {
    if (isOver) await endEventAlone(pool, row).catch(() => {}) // at worst it runs in isolation once more
  }
}

async function conclude(
  processing: Processing,
  job: Job<EventJobData>,
  token: string,
  settled: ThinSettled | Crashed | Outage | Pending | Refused,
  tookMs: number,
): Promise<string> {
  switch (settled.outcome) {
    case 'processed':
      crashPoint('after_commit')
      report(processing.logger, settled, job, tookMs)
      if (settled.effects.length > 0) await processing.startEffects(settled.effects, settled.event.eventId)
      crashPoint('before_complete')
      return 'processed'
    case 'ignored':
      report(processing.logger, settled, job, tookMs)
      return `ignored: ${settled.reason}`
    case 'settled':
      return 'already settled'
    case 'missing':
      return 'not in the inbox'
    case 'busy':
    case 'outage':
      return postpone(processing, job, token, settled)
    case 'pending':
    case 'crowded':
      return delay(job, token, CROWDED_MS + Math.random() * 4 * CROWDED_MS)
    case 'waiting':
      return delay(job, token, WAITING_MS)
    case 'later':
      return delay(job, token, await laterMs(processing, job, settled.afterMs))
    case 'refused':
      return refuse(processing, job, settled)
    case 'failed':
      return fail(processing, job, token, {
        cause: { code: settled.code, message: settled.message },
        attemptsMax: processing.attemptsMax,
        tookMs,
      })
    case 'crashed':
      return fail(processing, job, token, {
        cause: { code: 'crashed', message: 'two isolated runs never ended' },
        attemptsMax: 0,
        tookMs,
      })
  }
}

/**
 * An event that nobody vouches for. The job fails and is kept, so that it can be looked at, and retried if it turns out
 * to be genuine.
 */
async function refuse({ producer, logger }: Processing, job: Job<EventJobData>, refused: Refused): Promise<never> {
  reportRefusal(logger, job, refused)
  annotateFailure(refused.code)
  const { provider, eventId } = job.data
  await producer.noteDeadLetter({ provider, eventId, type: job.name, cause: refused.code }).catch(() => {})
  throw new UnrecoverableError(`${refused.code}: the event in this job is not recorded, because ${refused.message}`)
}

/** Records a failed attempt. If Postgres rejects even that, only the job is retried. */
async function fail(processing: Processing, job: Job<EventJobData>, token: string, failure: Failure): Promise<never> {
  const { producer, logger } = processing
  const { cause } = failure
  const recorded = await record(processing, job, failure).catch(outcomeOf)
  if (recorded.outcome === 'busy' || recorded.outcome === 'outage') return postpone(processing, job, token, recorded)
  if (recorded.outcome === 'refused') return refuse(processing, job, recorded)
  if (recorded.outcome === 'pending') return delay(job, token, WAITING_MS)
  annotateFailure(cause.code)
  const text = `${cause.code}: ${cause.message}`
  const attempt = { ...job.data, type: job.name, attempts: job.attemptsMade + 1, isDead: false }
  const failed = recorded.outcome === 'failed' ? attempt : recorded.failed
  if (failed) reportFailure(logger, failed, cause)
  if (!failed?.isDead) throw new Error(text)
  await producer.noteDeadLetter({ ...job.data, ...failed, cause: cause.code }).catch(() => {}) // Postgres has it
  throw new UnrecoverableError(text)
}

interface Failure {
  cause: Cause
  /** Number of failed attempts that makes it a dead letter; 0: at once. */
  attemptsMax: number
  tookMs: number
}

async function record({ pool, keys }: Processing, job: Job<EventJobData>, { cause, attemptsMax, tookMs }: Failure) {
  const row = await rowOf(pool, keys, job)
  const failed =
    row === undefined ? undefined : await recordFailure(pool, row, cause, attemptsMax, { tookMs, traceId: traceId() })
  return { outcome: 'recorded', failed } as const
}

/** An outage also pauses fetching; a lock that another session holds does not. */
function postpone(
  { outage, lockWaits }: Processing,
  job: Job<EventJobData>,
  token: string,
  why: Busy | Outage,
): Promise<never> {
  if (why.outcome === 'busy') return delay(job, token, lockWaits.pauseMs(lockWaitOf(job), why.lock))
  outage.noticed(why.reason)
  return delay(job, token, OUTAGE_MS)
}

const lockWaitOf = ({ data: { provider, eventId } }: Job<EventJobData>): string => `${provider}-${eventId}`

/** The delay that Stripe requested plus up to a second, else the job's own back-off. */
async function laterMs({ backoff }: Processing, job: Job<EventJobData>, afterMs: number): Promise<number> {
  if (afterMs > 0) return afterMs + Math.random() * 1_000
  return backoffMs(await countOutage(job), backoff.backoffFirstMs, backoff.backoffMaxMs)
}

async function delay(job: Job, token: string, milliseconds: number): Promise<never> {
  await job.moveToDelayed(Date.now() + milliseconds, token)
  throw new DelayedError()
}
