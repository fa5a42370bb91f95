import { type Cause, causeOf } from '@sluice/database/dead-letters'
import { type OutboxMessage, recordEffectFailure } from '@sluice/database/outbox'
import type { Pool } from '@sluice/database/pool'
import { kindOf, sqlState } from '@sluice/database/sql'
import { type SkipReason, SluiceError } from '@sluice/events'
import type { Producer } from '@sluice/queue'
import { DeadlineError } from '@sluice/runtime/deadline'
import { type Logger, reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { annotate } from '@sluice/runtime/tracing'
import { DelayedError, type Job, UnrecoverableError } from 'bullmq'
import type { OutageWatch } from '../../health/outage.ts'
import { UnreachableError } from '../../outbound/unreachable.ts'
import { CrashedError } from './isolation.ts'
import { NotReadyError } from './not-ready-error.ts'
import { InvalidPayloadError } from './parse-message.ts'

export interface FailureHandling {
  pool: Pool
  producer: Producer
  outage: OutageWatch
  logger: Logger
  throttledLog: ThrottledLogger
  /** Number of failed attempts after which an effect becomes a dead letter. */
  attemptsMax: number
}

/** Number of timeouts of a job after which its effect counts as failed instead of slow. */
const TIMEOUTS_MAX = 20

/** Delay before a job that could not reach Postgres is retried. */
const RETRY_MS = 1_000

type Failed = Pick<OutboxMessage, 'id' | 'kind' | 'effectKey' | 'eventId'>

/**
 * Handles an error of an effect. An outage uses no attempt, and the job is retried. Any other error uses one, and after
 * the last one the effect becomes a dead letter.
 *
 * @returns a function that always throws, as BullMQ requires for a job that is not done.
 */
export function createFailureHandler(handling: FailureHandling) {
  const { pool, producer, outage, logger, throttledLog, attemptsMax } = handling

  return async (error: unknown, message: Failed, job: Job, token: string): Promise<never> => {
    const { id, kind: type, effectKey, eventId } = message
    const about = { type, effectKey, ...(eventId !== null && { eventId }) }
    if (error instanceof NotReadyError) {
      countEffect(type, 'waiting')
      throw error
    }
    if (error instanceof UnreachableError || isTimeout(error, job)) {
      throttledLog.warn('Effect waits for another server', { ...about, outcome: 'waiting', reason: error.code })
      countEffect(type, 'waiting')
      if (error instanceof UnreachableError && error.retryAfterMs !== undefined)
        return delay(job, token, error.retryAfterMs)
      throw error
    }
    if (isAboutStore(error)) return retryLater(error, job, token)
    if (await isUnavailable(producer)) throw error

    const cause = causeOfEffect(error, type)
    const attempts = error instanceof CrashedError ? 0 : attemptsMax
    const recorded = await recordEffectFailure(pool, id, cause, attempts).catch((failure: unknown) =>
      retryLater(failure, job, token),
    )
    const outcome = recorded.isDead ? 'dead_letter' : 'retry'
    logger.warn('Effect failed', { ...about, attempt: recorded.attempts, outcome, reason: reasonOf(error) })
    countEffect(type, outcome)
    if (!recorded.isDead) throw new Error(cause.code)
    await producer.noteDeadLetter({ provider: 'outbox', eventId: id, type, cause: cause.code }).catch(() => {}) // Postgres has the record
    throw new UnrecoverableError(cause.code)
  }

  /** Delays the job without using an attempt if Postgres is unavailable. @throws any other error unchanged. */
  async function retryLater(error: unknown, job: Job, token: string): Promise<never> {
    if (!isAboutStore(error)) throw error
    if (kindOf(error) === 'outage') outage.noticed(reasonOf(error))
    return delay(job, token, RETRY_MS)
  }
}

async function delay(job: Job, token: string, ms: number): Promise<never> {
  await job.moveToDelayed(Date.now() + ms, token)
  throw new DelayedError()
}

export type EffectOutcome = 'done' | 'skipped' | 'waiting' | 'retry' | 'dead_letter'

export function countEffect(kind: string, outcome: EffectOutcome, reason?: SkipReason): void {
  annotate({ outcome })
  metrics.effects.inc({ kind, outcome, ...(reason !== undefined && { reason }) })
}

/** A statement timeout counts as the effect's own failure, provided that Postgres can still record it. */
const isAboutStore = (error: unknown): boolean =>
  ['outage', 'conflict'].includes(kindOf(error)) && sqlState(error) !== '57014'

/**
 * Clients have shorter time limits than the effect, so a timeout of the effect means that this process is busy, unless
 * it keeps occurring.
 */
const isTimeout = (error: unknown, job: Job): error is DeadlineError =>
  error instanceof DeadlineError && job.attemptsMade < TIMEOUTS_MAX

const isUnavailable = (producer: Producer): Promise<boolean> =>
  producer.ping().then(
    () => false,
    () => true,
  )

/**
 * The message of a `SluiceError` would only repeat its code, except that of an invalid payload, which names the fields.
 */
function causeOfEffect(error: unknown, kind: string): Cause {
  const { code, message } = causeOf(error, 'effect_threw')
  if (error instanceof InvalidPayloadError) return { code, message: `effect ${kind}: ${message}` }
  return { code, message: error instanceof SluiceError ? `effect ${kind} failed` : message }
}
