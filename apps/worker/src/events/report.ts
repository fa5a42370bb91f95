import type { Settled } from '@sluice/database/commit'
import type { Cause, FailedEvent } from '@sluice/database/dead-letters'
import { isImportType } from '@sluice/events'
import { handledTypes, handledTypesOf, importTypes } from '@sluice/handlers'
import { providers } from '@sluice/providers'
import type { EventJobData } from '@sluice/queue'
import type { Logger } from '@sluice/runtime/logger'
import { labelOf, metrics } from '@sluice/runtime/metrics'
import type { Job } from 'bullmq'
import { effectors } from '../effects/index.ts'
import type { EffectOutcome } from '../effects/run/handle-failure.ts'

const KNOWN_TYPES = new Set([...handledTypes, ...importTypes])

const OUTCOMES_OF_EFFECTS: EffectOutcome[] = ['done', 'waiting', 'retry', 'dead_letter']

const REFUSALS = ['altered', 'too_old', 'unsigned', 'unknown_key']

/**
 * Initializes counters that alerts use. Prometheus measures the increase of an existing counter, so it would miss the
 * first failure of a counter that does not exist yet.
 * https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
 */
export function initializeCounters(): void {
  for (const { name: provider } of providers) {
    const types = [...handledTypesOf(provider), 'other']
    for (const type of types) metrics.processed.inc({ provider, type, outcome: 'failed' }, 0)
  }
  for (const reason of REFUSALS) metrics.refusedJobs.inc({ reason }, 0)
  for (const reason of ['account', 'mode']) metrics.withoutAccess.inc({ reason }, 0)
  for (const status of ['succeeded', 'failed']) metrics.payments.inc({ status }, 0)
  for (const kind of Object.keys(effectors)) {
    for (const outcome of OUTCOMES_OF_EFFECTS) metrics.effects.inc({ kind, outcome }, 0)
  }
}

/** Logs and counts an event that was processed or ignored. */
export function report(
  logger: Logger,
  settled: Extract<Settled, { outcome: 'processed' | 'ignored' }>,
  job: Job,
  tookMs: number,
): void {
  const { event, outcome } = settled
  const { provider, type } = event
  logger.info(outcome === 'processed' ? 'Webhook processed' : 'Webhook ignored', {
    eventId: event.eventId,
    ...(event.predictionId !== undefined && { predictionId: event.predictionId }),
    provider,
    type,
    attempt: job.attemptsMade + 1,
    outcome,
    ...(event.noAccess !== undefined && { noAccess: event.noAccess }),
    durationMs: Math.round(tookMs),
    ...(outcome === 'ignored' && { reason: settled.reason }),
  })
  metrics.processed.inc({ provider, type: labelOf(KNOWN_TYPES, type), outcome })
  metrics.processDuration.observe({ provider }, tookMs / 1000)
  metrics.endToEnd.observe({ provider }, (Date.now() - event.receivedAt.getTime()) / 1000)
  metrics.attempts.observe({ provider }, job.attemptsMade + 1)
  if (event.noAccess !== undefined && outcome === 'processed') metrics.withoutAccess.inc({ reason: event.noAccess })
  if (event.filesRefused) metrics.filesRefused.inc(event.filesRefused)
  if (event.contradicts) metrics.contradictions.inc()
  if (isImportType(type)) return // its payments are from before
  metrics.payments.inc({ status: 'succeeded' }, event.payments.succeeded)
  metrics.payments.inc({ status: 'failed' }, event.payments.failed)
}

export function reportFailure(
  logger: Logger,
  { provider, eventId, type, attempts, isDead }: Omit<FailedEvent, 'id'>,
  { code, message }: Cause,
): void {
  logger.warn('Webhook failed', {
    eventId,
    provider,
    type,
    attempt: attempts,
    outcome: isDead ? 'dead_letter' : 'retry',
    reason: `${code}: ${message}`,
  })
  if (isDead) metrics.processed.inc({ provider, type: labelOf(KNOWN_TYPES, type), outcome: 'failed' })
}

/** Ids come from the job, so they may be invented: they are cut, and no metric has them. */
export function reportRefusal(logger: Logger, job: Job<EventJobData>, { code, message }: Cause): void {
  const { provider, eventId } = job.data
  metrics.refusedJobs.inc({ reason: code })
  logger.error('Event in job refused', {
    eventId: eventId.slice(0, 255),
    provider: provider.slice(0, 255),
    reason: `${code}: ${message}`,
  })
}
