import type { Pool } from '@sluice/database/pool'
import { connectedAccounts, predictionsWithoutEnd, type Reconciled, reconcile } from '@sluice/database/upkeep'
import type { VerifiedEvent } from '@sluice/events'
import { endedPredictions, type ReplicateApi } from '@sluice/providers/replicate-api'
import { type StripeApi, sentEvents } from '@sluice/providers/stripe-api'
import { type Logger, metrics } from '@sluice/runtime'

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
 * @throws {StripeApiError} or {ReplicateApiFailure} when one of them does not answer. Again finds only what is left.
 */
export async function reconcileAll({ stripe, replicate, ...reconciling }: Reconciling): Promise<void> {
  const { pool, eventDays, logger } = reconciling
  const since = new Date(Date.now() - Math.min(LOOKS_BACK_DAYS, eventDays) * DAY_MS)
  const until = new Date(Date.now() - ON_ITS_WAY_MS)
  if (stripe) {
    const refused = () => logger.warn('A connected account does not let us ask', { provider: 'stripe' })
    const accounts = await connectedAccounts(pool)
    await takeIn(reconciling, 'stripe', sentEvents(stripe, { since, until, accounts, refused }))
  }
  if (replicate) {
    const ids = await predictionsWithoutEnd(pool, since, until)
    await takeIn(reconciling, 'replicate', endedPredictions(replicate, ids, until))
  }
}

type Tools = Pick<Reconciling, 'pool' | 'logger' | 'isStopping'>

async function takeIn({ pool, logger, isStopping }: Tools, provider: string, pages: AsyncIterable<VerifiedEvent[]>) {
  metrics.reconcileMissing.inc({ provider }, 0) // there from the first time on, for whoever looks at its increase
  let [checked, missing] = [0, 0]
  for await (const page of reconcile(pool, pages, { repair: true })) {
    checked += page.checked
    missing += page.missed.length
    note(logger, provider, page)
    if (isStopping()) throw new Error('the worker stops')
  }
  metrics.reconcileLastSuccess.set({ provider }, Date.now() / 1000)
  logger.info('Reconciled', { provider, checked, missing })
}

function note(logger: Logger, provider: string, { missed }: Reconciled): void {
  metrics.reconcileMissing.inc({ provider }, missed.length)
  for (const { eventId, type } of missed) logger.warn('Webhook missed', { eventId, provider, type })
}
