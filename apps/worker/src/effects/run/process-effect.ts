import { type Cause, causeOf } from '@sluice/database/dead-letters'
import { finishEffect, loadEffect, recordEffectFailure } from '@sluice/database/outbox'
import type { Pool } from '@sluice/database/pool'
import { kindOf, sqlState } from '@sluice/database/sql'
import { SluiceError } from '@sluice/events'
import type { Producer } from '@sluice/queue'
import {
  annotate,
  DeadlineError,
  inSpan,
  type Logger,
  metrics,
  reasonOf,
  type ThrottledLogger,
  withDeadline,
} from '@sluice/runtime'
import { crashPoint } from '@sluice/runtime/crash-point'
import { DelayedError, type Job, UnrecoverableError } from 'bullmq'
import type { OutageWatch } from '../../health/outage.ts'
import type { OtherSides } from '../../outbound/open.ts'
import { UnreachableError } from '../../outbound/unreachable.ts'
import { CrashedError, createIsolation } from './isolation.ts'
import { InvalidPayloadError } from './parse-message.ts'
import { prepareEffect } from './prepare-effect.ts'

export interface EffectProcessing {
  pool: Pool
  producer: Producer
  outage: OutageWatch
  otherSides: Omit<OtherSides, 'close'>
  logger: Logger
  throttledLog: ThrottledLogger
  attemptsMax: number
  timeoutMs: number
}

/** Timeouts in a row after which an effect is wrong, and no longer slow. */
const TIMEOUTS_MAX = 20

/** Runs one outbox message and records its end. By its key, a second run has the result of one. */
export function createEffectProcessor(processing: EffectProcessing) {
  const { pool, producer, outage, otherSides, logger, throttledLog, timeoutMs } = processing
  const tools = { ...otherSides, pool, redis: producer.redis }
  const isolated = createIsolation(pool)

  return async (job: Job<{ id: string }>, token: string): Promise<string> => {
    const message = await loadEffect(pool, job.data.id).catch((error: unknown) =>
      failed(processing, job, token, { id: job.data.id, kind: 'unknown' }, error),
    )
    if (message === undefined) return 'not in the outbox'
    if (message.status === 'done') return 'done before'
    const { kind: type, webhookEventId } = message
    const keys = { type, ...(webhookEventId !== null && { row: webhookEventId }) }
    annotate({ ...keys, attempt: job.attemptsMade + 1 })

    try {
      const { run: start, timeLimitFactor } = prepareEffect(message)
      const run = () => withDeadline(start(tools), timeoutMs * timeLimitFactor, message.kind)
      const suspicion = { ...message, stalls: job.stalledCounter ?? 0, timeLimitFactor }
      const reason = await inSpan(`effect ${type}`, keys, () => isolated(suspicion, run))
      crashPoint('before_effect_done')
      await finishEffect(pool, message.id, reason)
      count(message.kind, reason === null ? 'done' : 'obsolete')
      return reason ?? 'done'
    } catch (error) {
      return failed(processing, job, token, message, error)
    }
  }

  async function failed(
    { attemptsMax }: EffectProcessing,
    job: Job<{ id: string }>,
    token: string,
    message: { id: string; kind: string },
    error: unknown,
  ): Promise<never> {
    if (error instanceof UnreachableError || isTimeout(error, job)) {
      throttledLog.warn('Effect waits for what is away or slow', { type: message.kind, reason: error.code })
      count(message.kind, 'waiting')
      throw error // uses no attempt of the row: the job comes back by itself
    }
    if (isAboutStore(error)) return wait(job, token, error)
    if (await isUnavailable(producer)) throw error
    const cause = causeOfEffect(error, message.kind)
    const attempts = error instanceof CrashedError ? 0 : attemptsMax
    const recorded = await recordEffectFailure(pool, message.id, cause, attempts).catch((failure: unknown) =>
      wait(job, token, failure),
    )
    const outcome = recorded.isDead ? 'dead_letter' : 'retry'
    logger.warn('Effect failed', { type: message.kind, attempt: recorded.attempts, outcome, reason: reasonOf(error) })
    count(message.kind, outcome)
    if (!recorded.isDead) throw new Error(cause.code)
    await producer
      .noteDeadLetter({ provider: 'outbox', eventId: message.id, type: message.kind, cause: cause.code })
      .catch(() => {}) // Postgres has it
    throw new UnrecoverableError(cause.code)
  }

  /** Postgres cannot answer now: the effect comes again, and that uses no attempt. */
  async function wait(job: Job, token: string, error: unknown): Promise<never> {
    if (!isAboutStore(error)) throw error
    if (kindOf(error) === 'outage') outage.noticed(reasonOf(error))
    await job.moveToDelayed(Date.now() + WAIT_MS, token)
    throw new DelayedError()
  }
}

const WAIT_MS = 1_000

/** A statement that is too slow is the effect's own failure, if Postgres is quick enough to record it. */
const isAboutStore = (error: unknown): boolean =>
  ['outage', 'conflict'].includes(kindOf(error)) && sqlState(error) !== '57014'

/** The message of an error of ours repeats its code, but for a payload, where it names the field. */
function causeOfEffect(error: unknown, kind: string): Cause {
  const { code, message } = causeOf(error, 'effect_threw')
  if (error instanceof InvalidPayloadError) return { code, message: `effect ${kind}: ${message}` }
  return { code, message: error instanceof SluiceError ? `effect ${kind} failed` : message }
}

function count(kind: string, outcome: string): void {
  annotate({ outcome })
  metrics.effects.inc({ kind, outcome })
}

/** The time limits of other sides are shorter than the effect's, so this process was busy; after many, the effect hangs. */
const isTimeout = (error: unknown, job: Job): error is DeadlineError =>
  error instanceof DeadlineError && job.attemptsMade < TIMEOUTS_MAX

const isUnavailable = (producer: Producer): Promise<boolean> =>
  producer.ping().then(
    () => false,
    () => true,
  )
