import type { Pool } from '@sluice/database/pool'
import {
  connectedAccounts,
  lateSubscriptions,
  predictionsWithoutEnd,
  type Reconciled,
  reconcile,
} from '@sluice/database/reconcile'
import type { VerifiedEvent } from '@sluice/events'
import { handledTypesOf } from '@sluice/handlers'
import { endedPredictions, type ReplicateApi } from '@sluice/providers/replicate/api'
import { changedSubscriptions, type StripeApi, sentEvents } from '@sluice/providers/stripe/api'
import { type Logger, metrics, reasonOf } from '@sluice/runtime'

const DAY_MS = 86_400_000
/** As long as Stripe itself tries to deliver (https://docs.stripe.com/webhooks#automatic-retries). */
const LOOKS_BACK_DAYS = 3
/** What is younger may still be on its way. */
const ON_ITS_WAY_MS = 5 * 60_000

export interface Reconciling {
  pool: Pool
  /** Null without a key. */
  stripe: StripeApi | null
  replicate: ReplicateApi | null
  /** How long events are kept, in days: of what is gone nobody can tell whether it was missed. */
  eventDays: number
  logger: Logger
  /** Whether this process stops: the rest is left to the next one. */
  isStopping(): boolean
}

/**
 * Asks the providers what was missed in the last days, and takes it in: the sweeper finds it in the inbox, and what
 * follows is what follows a webhook.
 *
 * @throws {StripeApiError} or {ReplicateApiError} when one of them does not answer, after the other was asked.
 */
export async function reconcileAll({ stripe, replicate, ...tools }: Reconciling): Promise<void> {
  const since = new Date(Date.now() - Math.min(LOOKS_BACK_DAYS, tools.eventDays) * DAY_MS)
  const until = new Date(Date.now() - ON_ITS_WAY_MS)
  const asked = await Promise.allSettled([
    stripe && takeIn(tools, 'stripe', ofStripe(tools, stripe, since, until)),
    replicate && takeIn(tools, 'replicate', ofReplicate(tools, replicate, since, until)),
  ])
  for (const one of asked) if (one.status === 'rejected') throw one.reason
}

type Tools = Omit<Reconciling, 'stripe' | 'replicate'>

async function* ofStripe({ pool, logger }: Tools, stripe: StripeApi, since: Date, until: Date) {
  const refused = () => logger.warn('A connected account does not let us ask', { provider: 'stripe' })
  const accounts = await connectedAccounts(pool)
  yield* sentEvents(stripe, { since, until, accounts, handled: handledTypesOf('stripe'), refused })
  yield* changedSubscriptions(stripe, await lateSubscriptions(pool))
}

async function* ofReplicate({ pool }: Tools, replicate: ReplicateApi, since: Date, until: Date) {
  yield* endedPredictions(replicate, await predictionsWithoutEnd(pool, since, until), until)
}

async function takeIn(tools: Tools, provider: string, pages: AsyncIterable<VerifiedEvent[]>): Promise<void> {
  const { pool, logger, isStopping } = tools
  metrics.reconcileMissing.inc({ provider }, 0) // there from the first time on, for whoever looks at its increase
  let [checked, missing] = [0, 0]
  try {
    for await (const page of reconcile(pool, pages, { repair: true })) {
      checked += page.checked
      missing += page.missed.length
      note(logger, provider, page)
      if (isStopping()) throw new Error('the worker stops')
    }
  } catch (error) {
    logger.warn('Reconcile failed', { provider, reason: reasonOf(error) })
    throw error
  }
  metrics.reconcileLastSuccess.set({ provider }, Date.now() / 1000)
  logger.info('Reconciled', { provider, checked, missing })
}

function note(logger: Logger, provider: string, { missed }: Reconciled): void {
  metrics.reconcileMissing.inc({ provider }, missed.length)
  for (const { eventId, type } of missed) logger.warn('Webhook missed', { eventId, provider, type })
}
