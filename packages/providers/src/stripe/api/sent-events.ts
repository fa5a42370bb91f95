import type { ConnectedAccount, ListedEvent, RecordedObjects } from '@sluice/events'
import type { StripeApi } from './client.ts'
import { type Endpoint, ourEndpoints } from './endpoints.ts'
import { StripeApiError } from './error.ts'
import { fetchWithRetry } from './fetch-with-retry.ts'
import { sentEvent } from './fetched-event.ts'
import { type IsPast, pastEvents } from './past-events.ts'

const PAGE = 100

export interface SentWhen {
  since: Date
  until: Date
  /** Connected accounts to query, besides our own account. */
  accounts: ConnectedAccount[]
  recorded: Pick<RecordedObjects, 'firstWebhook'>
  /** The types that have a handler. */
  handled: readonly string[]
  /** Called for a connected account that denies access. The account is left out. */
  refused(account: string): void
  /** Called if the key may not list the endpoints. */
  refusedEndpoints(): void
}

/**
 * The events that Stripe should have sent here, newest first, in pages: every event in its list
 * (https://docs.stripe.com/api/events/list, the last 30 days) whose type one of our endpoints receives. The filter
 * `delivery_success=false` is not used, because it omits events that were answered with 200 and lost later, for example
 * by a restore, and includes events that another endpoint refused.
 *
 * @throws {StripeApiError}
 */
export async function* sentEvents(api: StripeApi, question: SentWhen): AsyncGenerator<ListedEvent[]> {
  const { accounts, handled, recorded, refused, refusedEndpoints, ...period } = question
  const endpoints = await endpointsOrNull(api, refusedEndpoints)
  const isSent = sentTypes(endpoints ?? [], handled)
  const isPast = pastEvents({ endpoints, accounts, recorded })
  for (const account of [null, ...accounts.map((one) => one.account)]) {
    try {
      for await (const page of listEvents(api, account, period, isPast)) yield page.filter(({ type }) => isSent(type))
    } catch (error) {
      if (account === null || !isRefused(error)) throw error
      refused(account)
    }
  }
}

export const isRefused = (error: unknown): error is StripeApiError =>
  error instanceof StripeApiError && error.code === 'stripe_refused'

/** Null if the key may not list them: the other answers do not depend on it. */
export async function endpointsOrNull(api: StripeApi, refused: () => void): Promise<Endpoint[] | null> {
  try {
    return await ourEndpoints((path) => fetchWithRetry(api, path, {}))
  } catch (error) {
    if (!isRefused(error) || error.forbidden === null) throw error
    refused()
    return null
  }
}

/**
 * The types that our endpoints receive, disabled endpoints included. Without an endpoint of ours, something else
 * delivers the events, such as the Stripe CLI or an event destination. The handled types are used then.
 */
function sentTypes(ours: Endpoint[], handled: readonly string[]): (type: string) => boolean {
  const types = new Set(ours.length > 0 ? ours.flatMap((endpoint) => endpoint.enabled_events) : handled)
  return (type) => types.has('*') || types.has(type)
}

async function* listEvents(
  api: StripeApi,
  account: string | null,
  { since, until }: Pick<SentWhen, 'since' | 'until'>,
  isPast: IsPast,
): AsyncGenerator<ListedEvent[]> {
  const period = `created[gte]=${unixSeconds(since)}&created[lte]=${unixSeconds(until)}`
  for (let after = ''; ; ) {
    const { object } = await fetchWithRetry(api, `/v1/events?limit=${PAGE}&${period}${after}`, { account })
    const events = (object?.['data'] ?? []) as { id: string; pending_webhooks?: unknown }[]
    const listed: ListedEvent[] = []
    for (const one of events) {
      const event = sentEvent(one, account, 'reconcile')
      if (event) listed.push({ ...event, isPast: await isPast(event, one.pending_webhooks) })
    }
    yield listed
    if (object?.['has_more'] !== true || events.length === 0) return
    after = `&starting_after=${encodeURIComponent(events.at(-1)?.id ?? '')}`
  }
}

const unixSeconds = (date: Date): number => Math.floor(date.getTime() / 1000)
