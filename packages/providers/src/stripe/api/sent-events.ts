import type { VerifiedEvent } from '@sluice/events'
import type { StripeApi } from './client.ts'
import { ourEndpoints } from './endpoints.ts'
import { StripeApiError } from './error.ts'
import { fetchWithRetry } from './fetch-with-retry.ts'
import { sentEvent } from './fetched-event.ts'

const PAGE = 100

export interface SentWhen {
  since: Date
  until: Date
  /** Connected accounts to query, besides our own account. */
  accounts: string[]
  /** The types that have a handler. */
  handled: readonly string[]
  /** Called for a connected account that denies access. The account is left out. */
  refused(account: string): void
}

/**
 * The events that Stripe should have sent here, newest first, in pages: every event in its list
 * (https://docs.stripe.com/api/events/list, the last 30 days) whose type one of our endpoints receives. The filter
 * `delivery_success=false` is not used, because it omits events that were answered with 200 and lost later, for example
 * by a restore, and includes events that another endpoint refused.
 *
 * @throws {StripeApiError}
 */
export async function* sentEvents(
  api: StripeApi,
  { accounts, handled, refused, ...period }: SentWhen,
): AsyncGenerator<VerifiedEvent[]> {
  const isSent = await sentTypes(api, handled)
  for (const account of [null, ...accounts]) {
    try {
      for await (const page of listEvents(api, account, period)) yield page.filter(({ type }) => isSent(type))
    } catch (error) {
      if (account === null || !(error instanceof StripeApiError) || error.code !== 'stripe_refused') throw error
      refused(account)
    }
  }
}

/**
 * The types that our endpoints receive, disabled endpoints included. Without an endpoint of ours, something else
 * delivers the events, such as the Stripe CLI or an event destination. The handled types are used then.
 */
async function sentTypes(api: StripeApi, handled: readonly string[]): Promise<(type: string) => boolean> {
  const ours = await ourEndpoints((path) => fetchWithRetry(api, path, {}))
  const types = new Set(ours.length > 0 ? ours.flatMap((endpoint) => endpoint.enabled_events) : handled)
  return (type) => types.has('*') || types.has(type)
}

async function* listEvents(
  api: StripeApi,
  account: string | null,
  { since, until }: Pick<SentWhen, 'since' | 'until'>,
): AsyncGenerator<VerifiedEvent[]> {
  const period = `created[gte]=${unixSeconds(since)}&created[lte]=${unixSeconds(until)}`
  for (let after = ''; ; ) {
    const { object } = await fetchWithRetry(api, `/v1/events?limit=${PAGE}&${period}${after}`, { account })
    const events = (object?.['data'] ?? []) as { id: string }[]
    yield events.flatMap((event) => sentEvent(event, account, 'reconcile') ?? [])
    if (object?.['has_more'] !== true || events.length === 0) return
    after = `&starting_after=${encodeURIComponent(events.at(-1)?.id ?? '')}`
  }
}

const unixSeconds = (date: Date): number => Math.floor(date.getTime() / 1000)
