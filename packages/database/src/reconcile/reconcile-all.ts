import type { ListedEvent, SentQuestion } from '@sluice/events'
import type { Pool } from 'pg'
import { createHours } from './hours.ts'
import { type Reconciled, type ReconcileSource, reconcile } from './reconcile.ts'
import { recordRun } from './record-run.ts'

/** A younger webhook may still be in transit. */
const ARRIVES_WITHIN_MS = 5 * 60_000

const DAY_MS = 86_400_000
/** As long as Stripe retries a delivery (https://docs.stripe.com/webhooks#automatic-retries). */
const DAYS_BACK = 3

/** The end of the period to compare. A webhook sent earlier has either arrived or is missed. */
export const reconcileUntil = (): Date => new Date(Date.now() - ARRIVES_WITHIN_MS)

/** The start of the period, by default. @param keptDays how long events are kept: a deleted one looks like a missed one. */
export const reconcileSince = (keptDays: number): Date => new Date(Date.now() - Math.min(DAYS_BACK, keptDays) * DAY_MS)

export interface ReconcilePeriod extends Pick<SentQuestion, 'since' | 'until'> {
  /** Whether to append missed events. */
  repair: boolean
  /** For the record of the run: `schedule`, `action:<id>` or `cli`. */
  askedBy: string
  /** The types of a provider that have a handler. */
  handledTypesOf(provider: string): readonly string[]
}

/** Follows the progress. `provider` is the name of the provider. */
export interface ReconcileObserver {
  onStart(provider: string): void
  onPage(provider: string, page: Reconciled): void
  onRefusedAccount(provider: string, account: string): void
  onRefusedEndpoints(provider: string): void
}

export interface ReconciledProvider {
  provider: string
  checked: number
  /** Number of missed events, those of the past included. */
  missed: number
  /** The error that ended it early. Pages that were repaired before stay repaired. */
  error?: unknown
}

/**
 * Reconciles one provider after another, also after the failure of one, and records each run. An error of `onPage` counts as
 * a failure.
 */
export async function reconcileAll(
  pool: Pool,
  sources: ReconcileSource[],
  { handledTypesOf, askedBy, ...period }: ReconcilePeriod,
  observer: ReconcileObserver,
): Promise<ReconciledProvider[]> {
  const results: ReconciledProvider[] = []
  for (const source of sources) {
    const { name } = source.provider
    const result: ReconciledProvider = { provider: name, checked: 0, missed: 0 }
    results.push(result)
    const [startedAt, missed, hours] = [new Date(), [] as ListedEvent[], createHours(period.until)]
    observer.onStart(name)
    const options = {
      ...period,
      hours,
      handledTypes: handledTypesOf(name),
      onRefusedAccount: (account: string) => observer.onRefusedAccount(name, account),
      onRefusedEndpoints: () => observer.onRefusedEndpoints(name),
    }
    try {
      for await (const page of reconcile(pool, source, options)) {
        result.checked += page.checked
        result.missed += page.missed.length
        missed.push(...page.missed)
        observer.onPage(name, page)
      }
    } catch (error) {
      result.error = error
    }
    const { checked, error } = result
    const { since, until, repair } = period
    await recordRun(pool, {
      ...{ provider: name, askedBy, since, until, repair, startedAt, checked, missed, error },
      hours: hours.all(),
    })
  }
  return results
}
