import type { Pool } from '@sluice/database/pool'
import { type Reconciled, reconcile, reconcileUntil } from '@sluice/database/reconcile'
import { handledTypesOf } from '@sluice/handlers'
import type { OpenApi } from '@sluice/providers/apis'
import { type Logger, reasonOf } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'

const DAY_MS = 86_400_000
/** As long as Stripe retries a delivery (https://docs.stripe.com/webhooks#automatic-retries). */
const DAYS_BACK = 3

export interface Reconciling {
  pool: Pool
  /** Providers with an API key. */
  apis: OpenApi[]
  /** How long events are kept, in days. A deleted event cannot be distinguished from a missed one. */
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
export async function reconcileAll({ apis, ...tools }: Reconciling): Promise<void> {
  const asked = await Promise.allSettled(apis.map((api) => reconcileProvider(api, tools)))
  for (const one of asked) if (one.status === 'rejected') throw one.reason
}

type Tools = Omit<Reconciling, 'apis'>

async function reconcileProvider({ provider: { name: provider }, api }: OpenApi, tools: Tools): Promise<void> {
  const { pool, logger, eventDays, isStopping } = tools
  metrics.reconcileMissing.inc({ provider }, 0) // Prometheus sees an increase only of an existing counter
  const pages = reconcile(pool, api.sentEvents, {
    since: new Date(Date.now() - Math.min(DAYS_BACK, eventDays) * DAY_MS),
    until: reconcileUntil(),
    handledTypes: handledTypesOf(provider),
    repair: true,
    onRefusedAccount: (account) => logger.warn('Connected account refused API access', { provider, account }),
  })
  let [checked, missing] = [0, 0]
  try {
    for await (const page of pages) {
      checked += page.checked
      missing += page.missed.length
      report(logger, provider, page)
      if (isStopping()) throw new Error('the worker stops')
    }
  } catch (error) {
    logger.warn('Reconcile failed', { provider, reason: reasonOf(error) })
    throw error
  }
  metrics.reconcileLastSuccess.set({ provider }, Date.now() / 1000)
  logger.info('Reconciled', { provider, checked, missing })
}

function report(logger: Logger, provider: string, { missed }: Reconciled): void {
  metrics.reconcileMissing.inc({ provider }, missed.length)
  for (const { eventId, type } of missed) logger.warn('Webhook missed', { eventId, provider, type })
}
