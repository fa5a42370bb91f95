import { RefusalError, type VerifiedEvent } from '@sluice/events'
import { readStripeEvent } from '../event.ts'
import type { StripeApi } from './client.ts'
import { ourEndpoints } from './endpoints.ts'
import { StripeApiError } from './error.ts'
import { getPatiently } from './get-patiently.ts'

const PAGE = 100

export interface SentWhen {
  since: Date
  until: Date
  /** Connected accounts whose events are sent here beside one's own. */
  accounts: string[]
  /** The types that something is done with. */
  handled: readonly string[]
  /** Told of a connected account that does not let us ask, and is left out. */
  refused(account: string): void
}

/**
 * What Stripe should have sent here, newest first, in pages: every event in its list
 * (https://docs.stripe.com/api/events/list, the last 30 days) of a type that an endpoint of ours is sent. Its own filter
 * `delivery_success=false` is not used: it leaves out what was answered with 200 and lost since, as after a restore,
 * and names what another endpoint did not take.
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
 * Which types our endpoints are sent, those that are disabled included. Where Stripe has none of ours something else brings
 * the events, the Stripe CLI or another kind of destination: then those that something is done with.
 */
async function sentTypes(api: StripeApi, handled: readonly string[]): Promise<(type: string) => boolean> {
  const ours = await ourEndpoints((path) => getPatiently(api, path, {}))
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
    const { object } = await getPatiently(api, `/v1/events?limit=${PAGE}&${period}${after}`, { account })
    const events = (object?.['data'] ?? []) as { id: string }[]
    yield events.flatMap((event) => listedEvent(event, account))
    if (object?.['has_more'] !== true || events.length === 0) return
    after = `&starting_after=${encodeURIComponent(events.at(-1)?.id ?? '')}`
  }
}

/** As the webhook would have brought it. Empty when ingest would not have taken it. */
function listedEvent(event: object, account: string | null): VerifiedEvent[] {
  const whole = { ...event, ...(account && { account }) }
  const headers = { 'sluice-fetched-for': 'reconcile' }
  try {
    return [{ ...readStripeEvent(whole), headers, rawBody: Buffer.from(JSON.stringify(whole)) }]
  } catch (error) {
    if (error instanceof RefusalError) return []
    throw error
  }
}

const unixSeconds = (date: Date): number => Math.floor(date.getTime() / 1000)
