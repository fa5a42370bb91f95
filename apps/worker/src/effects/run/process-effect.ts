import { finishEffect, loadEffect, type OutboxMessage } from '@sluice/database/outbox'
import { EMAIL_KINDS, readersOf } from '@sluice/emails'
import { describeSkip, type Skip } from '@sluice/events'
import { crashPoint } from '@sluice/runtime/crash-point'
import { withDeadline } from '@sluice/runtime/deadline'
import { annotate, inSpan } from '@sluice/runtime/tracing'
import type { Job } from 'bullmq'
import type { OutboundClients } from '../../outbound/open.ts'
import { createFailureHandler, type FailureHandling } from './handle-failure.ts'
import { createIsolation } from './isolation.ts'
import { createLanes } from './lanes.ts'
import { prepareEffect } from './prepare-effect.ts'
import { reportEnd } from './report-end.ts'

export interface EffectProcessing extends FailureHandling {
  outbound: Omit<OutboundClients, 'close'>
  /** Time limit of an effect, in milliseconds. */
  timeoutMs: number
}

/** Runs one outbox message and records its outcome. The effect key makes a second run harmless. */
export function createEffectProcessor(processing: EffectProcessing) {
  const { pool, producer, outbound, lockWaits, logger, timeoutMs } = processing
  const tools = { ...outbound, pool, redis: producer.redis, logger }
  const isolated = createIsolation(pool)
  const inLane = createLanes()
  const handleFailure = createFailureHandler(processing)

  return async (job: Job<{ id: string }>, token: string): Promise<string> => {
    const { id } = job.data
    const message = await loadEffect(pool, id).catch((error: unknown) =>
      handleFailure(error, { id, kind: 'unknown', effectKey: 'unknown', eventId: null }, job, token),
    )
    if (message === undefined) return 'not in the outbox'
    if (message.status === 'done' || message.status === 'skipped') return `already ${message.status}`
    annotate({ ...attributesOf(message), attempt: job.attemptsMade + 1 })

    try {
      const skipped = await run(message, job.stalledCounter ?? 0)
      crashPoint('before_effect_done')
      await finishEffect(pool, id, skipped)
      lockWaits.over(id)
      reportEnd(logger, message, skipped)
      return skipped ? `skipped: ${describeSkip(skipped)}` : 'done'
    } catch (error) {
      return handleFailure(error, message, job, token)
    }
  }

  function run(message: OutboxMessage, stalls: number): Promise<Skip | null> {
    const { kind } = message
    const { run: start, timeLimitFactor, lane } = prepareEffect(message)
    const timeLimit = new AbortController()
    const inTime = () =>
      withDeadline(start({ ...tools, signal: timeLimit.signal }), timeoutMs * timeLimitFactor, kind).finally(() =>
        timeLimit.abort(),
      )
    const suspicion = { ...message, stalls, timeLimitFactor }
    const place = lane === 'mail' && outbound.staffWebhook && STAFF.has(kind) ? 'staff' : lane
    return inLane(place, () => inSpan(`effect ${kind}`, attributesOf(message), () => isolated(suspicion, inTime)))
  }
}

const STAFF: ReadonlySet<string> = new Set(EMAIL_KINDS.filter((kind) => readersOf(kind) === 'staff'))

const attributesOf = ({ kind, webhookEventId }: OutboxMessage) => ({
  type: kind,
  ...(webhookEventId !== null && { row: webhookEventId }),
})
