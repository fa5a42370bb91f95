import { type RefusalCode, RefusalError, type VerifiedEvent } from '@sluice/events'
import type { Provider } from '@sluice/providers'
import { type Logger, reasonOf, throttledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { annotate, annotateFailure } from '@sluice/runtime/tracing'

const OUTCOME_OF: Partial<Record<RefusalCode, string>> = {
  invalid_signature: 'bad_signature',
  payload_too_large: 'too_large',
  rate_limited: 'rate_limited',
  forbidden: 'forbidden',
  unavailable: 'unavailable',
  not_configured: 'unavailable',
}

/** Every outcome of a request. */
const OUTCOMES = new Set(['accepted', 'duplicate', 'too_old', 'malformed', 'overloaded', ...Object.values(OUTCOME_OF)])

function outcomeOf({ code, reason }: RefusalError): string {
  return reason === 'too_old' || reason === 'overloaded' ? reason : (OUTCOME_OF[code] ?? 'malformed')
}

type ReportedProvider = Pick<Provider, 'name' | 'predictionIdOf'>

/** Logs and counts the requests of one provider. */
export function createReport({ name: provider, predictionIdOf }: ReportedProvider, logger: Logger) {
  const throttledLog = throttledLogger(logger)
  // Initializes the counters, because Prometheus misses the first increase of a counter that did not exist before.
  for (const outcome of OUTCOMES) metrics.requests.inc({ provider, outcome }, 0)

  return {
    start() {
      const started = performance.now()

      function count(outcome: string): number {
        const durationMs = Math.round(performance.now() - started)
        metrics.requests.inc({ provider, outcome })
        metrics.requestDuration.observe({ provider }, durationMs / 1000)
        return durationMs
      }

      return {
        /** This and the following return the time that the answer took, in milliseconds. */
        accepted(event: VerifiedEvent, duplicate: boolean, unsigned: boolean): number {
          const outcome = duplicate ? 'duplicate' : 'accepted'
          const durationMs = count(outcome)
          if (unsigned) metrics.unsigned.inc({ provider })
          const { eventId, type, orderingKey } = event
          const predictionId = predictionIdOf?.(orderingKey)
          const keys = { provider, eventId, type, outcome, durationMs, ...(predictionId && { predictionId }) }
          annotate(keys)
          logger.info(duplicate ? 'Webhook duplicate' : 'Webhook received', keys)
          return durationMs
        },

        refused(refusal: RefusalError): number {
          const outcome = outcomeOf(refusal)
          const durationMs = count(outcome)
          const failed = refusal.code === 'invalid_signature' || refusal.code === 'rate_limited'
          const message = failed ? 'Signature verification failed' : 'Webhook refused'
          const keys = { provider, outcome, reason: refusal.reason, durationMs }
          annotate(keys)
          if (refusal.status >= 500) annotateFailure(refusal.reason)
          throttledLog.warn(message, keys)
          return durationMs
        },
      }
    },

    /** A bug in Sluice. Answers 503, so that the sender retries. */
    unexpected(error: unknown): RefusalError {
      throttledLog.error('Internal error in webhook request', { provider, reason: reasonOf(error) })
      return new RefusalError('unavailable', 'unexpected')
    },
  }
}
