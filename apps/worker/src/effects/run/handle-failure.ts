import { type Cause, causeOf } from '@sluice/database/dead-letters'
import { type OutboxMessage, recordEffectFailure, recordWait } from '@sluice/database/outbox'
import type { Pool } from '@sluice/database/pool'
import { kindOf, sqlState } from '@sluice/database/sql'
import { type SkipReason, SluiceError } from '@sluice/events'
import type { Producer } from '@sluice/queue'
import { DeadlineError } from '@sluice/runtime/deadline'
import { type Logger, reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { annotate, traceId } from '@sluice/runtime/tracing'
import { DelayedError, type Job, UnrecoverableError } from 'bullmq'
import type { LockWaits } from '../../health/lock-waits.ts'
import type { OutageWatch } from '../../health/outage.ts'
import { ConfigurationError } from '../../outbound/configuration-error.ts'
import { DeliveryUnknownError } from '../../outbound/mail/delivery-unknown-error.ts'
import { BusyError } from '../../outbound/places.ts'
import { UnreachableError } from '../../outbound/unreachable.ts'
import { CrashedError } from './isolation.ts'
import { InvalidPayloadError } from './parse-message.ts'
import { attemptsFor, type Backoff, waitPauseMs } from './pauses.ts'

export interface FailureHandling extends Backoff {
  pool: Pool
  producer: Producer
  outage: OutageWatch
  lockWaits: LockWaits
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
 * Handles an error of an effect. What the external system cannot do now, but will later, uses no attempt. Any other
 * error uses one, and after the last one the effect becomes a dead letter.
 *
 * @returns a function that always throws, as BullMQ requires for a job that is not done.
 */
export function createFailureHandler(handling: FailureHandling) {
  const { pool, producer, outage, lockWaits, logger, throttledLog, attemptsMax } = handling

  return async (error: unknown, message: Failed, job: Job, token: string): Promise<never> => {
    if (error instanceof BusyError) return delay(job, token, error.retryMs)
    const wait = waitOf(error, job)
    if (wait) return waitFor(wait, message, job, token)
    if (isAboutStore(error)) return retryLater(error, message, job, token)
    if (await isUnavailable(producer)) throw error
    return useAttempt(error, message, job, token)
  }

  /** Records the cause in the row, and delays the job. A wait beyond its limit is a failure. */
  async function waitFor(error: UnreachableError, message: Failed, job: Job, token: string): Promise<never> {
    const { cause, retryAfterMs, limitMs = Number.POSITIVE_INFINITY } = error.wait
    const waitedMs = await recordWait(pool, message.id, cause, error.code).catch((failure: unknown) =>
      retryLater(failure, message, job, token),
    )
    if (waitedMs > limitMs) return useAttempt(new WaitedTooLongError(error.code, limitMs), message, job, token)
    throttledLog.warn('Effect waits for another server', { ...keysOf(message), outcome: 'waiting', reason: error.code })
    countEffect(message.kind, 'waiting')
    if (error.cause instanceof DeadlineError) throw error // the queue counts these
    return delay(job, token, waitPauseMs(waitedMs, retryAfterMs, handling))
  }

  async function useAttempt(error: unknown, message: Failed, job: Job, token: string): Promise<never> {
    const { id, kind: type } = message
    const cause = causeOfEffect(error, type)
    const attempts = attemptsFor(error, isFinal(error) ? 0 : attemptsMax, handling)
    const run = { tookMs: Date.now() - (job.processedOn ?? Date.now()), traceId: traceId() }
    const recorded = await recordEffectFailure(pool, id, cause, attempts.max, run).catch((failure: unknown) =>
      retryLater(failure, message, job, token),
    )
    const outcome = recorded.isDead ? 'dead_letter' : 'retry'
    const reason = reasonOf(error)
    logger.warn('Effect failed', { ...keysOf(message), attempt: recorded.attempts, outcome, reason })
    countEffect(type, outcome)
    if (!recorded.isDead && hasLongPauses(error)) return delay(job, token, attempts.pauseMs(recorded.attempts))
    if (!recorded.isDead) throw new Error(cause.code)
    await producer.noteDeadLetter({ provider: 'outbox', eventId: id, type, cause: cause.code }).catch(() => {}) // Postgres has the record
    throw new UnrecoverableError(cause.code)
  }

  /**
   * Delays the job without using an attempt if Postgres is unavailable, or if another session holds a lock.
   *
   * @throws any other error unchanged.
   */
  async function retryLater(error: unknown, { id, kind }: Failed, job: Job, token: string): Promise<never> {
    if (!isAboutStore(error)) throw error
    countEffect(kind, 'waiting')
    if (kindOf(error) === 'conflict') return delay(job, token, lockWaits.pauseMs(id, undefined))
    outage.noticed(reasonOf(error))
    return delay(job, token, RETRY_MS)
  }
}

/** The external system asked to come again for so long that it counts as a refusal. */
class WaitedTooLongError extends SluiceError {
  override readonly name = 'WaitedTooLongError'

  constructor(code: string, limitMs: number) {
    super(code, `it was deferred for ${limitMs / 3_600_000} hours`)
  }
}

const isFinal = (error: unknown): boolean => error instanceof CrashedError || error instanceof WaitedTooLongError

/** The others have the queue's own back-off, which is the same as that of events. */
const hasLongPauses = (error: unknown): boolean =>
  error instanceof ConfigurationError || error instanceof DeliveryUnknownError

const keysOf = ({ id: effectId, kind: type, effectKey, eventId }: Failed) => ({
  type,
  effectKey,
  effectId,
  ...(eventId !== null && { eventId }),
})

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
 * Why the effect waits; undefined if it failed. Clients have shorter time limits than the effect, so a timeout of the
 * effect means that this process is busy, unless it keeps occurring. Redis that rejects commands is full, read-only or
 * starting, and no effect can change that.
 */
function waitOf(error: unknown, job: Job): UnreachableError | undefined {
  if (error instanceof UnreachableError) return error
  if (error instanceof DeadlineError && job.attemptsMade < TIMEOUTS_MAX)
    return new UnreachableError(error.code, { cause: 'busy' }, { cause: error })
  const rejected = REJECTED_BY_REDIS.exec(
    (error as Error | null)?.name === 'ReplyError' ? (error as Error).message : '',
  )
  return rejected ? new UnreachableError(`redis_${rejected[0]}`, { cause: 'unavailable' }) : undefined
}

/** First words of errors of Redis about itself: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const REJECTED_BY_REDIS =
  /^(OOM|READONLY|MISCONF|LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|NOPERM|NOAUTH|WRONGPASS)\b/

const isUnavailable = (producer: Producer): Promise<boolean> =>
  producer.probe().then(
    () => false,
    () => true,
  )

/** The message of most classes of `SluiceError` would only repeat the code. Those named here say more. */
const TELLING = [ConfigurationError, DeliveryUnknownError, WaitedTooLongError]

function causeOfEffect(error: unknown, kind: string): Cause {
  const { code, message } = causeOf(error, 'effect_threw')
  if (error instanceof InvalidPayloadError) return { code, message: `effect ${kind}: ${message}` }
  if (TELLING.some((telling) => error instanceof telling)) return { code, message }
  return { code, message: error instanceof SluiceError ? `effect ${kind} failed` : message }
}
