import type { SentPage, SentQuestion } from '@sluice/events'
import { goingBack, oneByOne } from '../../progress.ts'
import type { ApiSettings, ProviderApi } from '../../provider-api.ts'
import { changedSubscriptions } from './changed-subscriptions.ts'
import { createStripeApi, type StripeApi } from './client.ts'
import { StripeApiError } from './error.ts'
import { fetchWithRetry } from './fetch-with-retry.ts'
import { sentEvent } from './fetched-event.ts'
import { foundEvent, isEventId } from './found-event.ts'
import { sentEvents } from './sent-events.ts'

export function openStripe(settings: ApiSettings): ProviderApi {
  const api = createStripeApi(settings)
  return {
    sentEvents: (question) => sentToUs(api, question),
    one: { hasForm: isEventId, find: (id, question) => foundEvent(api, id, question) },
    fetchEvent: ({ eventId, account }) => bodyOf(api, eventId, account),
    explain,
  }
}

/** Events that were made of a fetched object have ids of our own. */
const OF_STRIPE = /^evt_[A-Za-z0-9_]+$/

/** Stripe keeps events for 30 days: https://docs.stripe.com/api/events */
async function bodyOf(api: StripeApi, eventId: string, account: string | null): Promise<Buffer | null> {
  if (!OF_STRIPE.test(eventId)) return null
  const { object } = await fetchWithRetry(api, `/v1/events/${eventId}`, { account })
  return (object && sentEvent(object, account, 'replay')?.rawBody) ?? null
}

/**
 * The events that Stripe lists, then the state of subscriptions that changed without an event.
 * @throws {StripeApiError}
 */
async function* sentToUs(api: StripeApi, question: SentQuestion): AsyncGenerator<SentPage> {
  const { since, until, recorded, handledTypes: handled, onRefusedAccount, onRefusedEndpoints } = question
  const accounts = await recorded.connectedAccounts()
  const refusals = { refused: onRefusedAccount, refusedEndpoints: onRefusedEndpoints }
  yield* goingBack(sentEvents(api, { since, until, accounts, recorded, handled, ...refusals }), 'events', since, until)
  // Read after the events, because an event appended by then may explain the state of its subscription.
  const late = await recorded.lateSubscriptions()
  yield* oneByOne(changedSubscriptions(api, late), 'subscriptions', late.length)
}

function explain(error: unknown): string | undefined {
  if (!(error instanceof StripeApiError)) return undefined
  if (error.code === 'stripe_unavailable') return `${error.message}. Try again later.`
  if (error.forbidden === null) return `${error.message}: is STRIPE_API_KEY right?`
  return `${error.message}: STRIPE_API_KEY may not read ${error.forbidden}. Give the key this permission in Stripe.`
}
