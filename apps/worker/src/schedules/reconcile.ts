import type { Pool } from '@sluice/database/pool'
import { type Reconciled, reconcileAll, reconcileSince, reconcileUntil } from '@sluice/database/reconcile'
import { handledTypesOf } from '@sluice/handlers'
import type { OpenApi } from '@sluice/providers/apis'
import { type Logger, reasonOf } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'

export interface Reconciling {
  pool: Pool
  /** Providers with an API key. */
  apis: OpenApi[]
  /** How long events are kept, in days. */
  eventDays: number
  logger: Logger
  /** Whether this process is stopping. The next run continues then. */
  isStopping(): boolean
}

/**
 * Asks every provider for the events of the last days, and appends missed ones to the inbox, where the sweeper finds
 * them.
 *
 * @throws the first error of a provider, after all providers were asked.
 */
export async function reconcileDaily({ pool, apis, eventDays, logger, isStopping }: Reconciling): Promise<void> {
  const period = {
    since: reconcileSince(eventDays),
    until: reconcileUntil(),
    repair: true,
    askedBy: 'schedule',
    handledTypesOf,
  }
  const results = await reconcileAll(pool, apis, period, {
    // Prometheus sees an increase only of an existing counter.
    onStart: (provider) => metrics.reconcileMissing.inc({ provider }, 0),
    onPage: (provider, page) => {
      report(logger, provider, page)
      if (isStopping()) throw new Error('the worker stops')
    },
    onRefusedAccount: (provider, account) => logger.warn('Connected account refused API access', { provider, account }),
    onRefusedEndpoints: (provider) => logger.warn('API key may not read webhook endpoints', { provider }),
  })
  for (const { provider, checked, missed, error } of results) {
    if (error !== undefined) {
      logger.warn('Reconcile failed', { provider, reason: reasonOf(error) })
      continue
    }
    metrics.reconcileLastSuccess.set({ provider }, Date.now() / 1000)
    logger.info('Reconciled', { provider, checked, missing: missed })
  }
  for (const { error } of results) if (error !== undefined) throw error
}

/** No webhook of an event of the past was ever sent, so none is missing. */
function report(logger: Logger, provider: string, { missed }: Reconciled): void {
  metrics.reconcileMissing.inc({ provider }, missed.filter(({ isPast }) => !isPast).length)
  for (const { eventId, type, isPast } of missed) {
    const line = isPast ? 'Event of the past recorded' : 'Webhook missed'
    logger.warn(line, { eventId, provider, type })
  }
}
