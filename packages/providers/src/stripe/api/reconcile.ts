import type { SentPage, SentQuestion } from '@sluice/events'
import { goingBack, oneByOne } from '../../progress.ts'
import type { ApiSettings, ProviderApi } from '../../provider-api.ts'
import { changedSubscriptions } from './changed-subscriptions.ts'
import { createStripeApi, type StripeApi } from './client.ts'
import { StripeApiError } from './error.ts'
import { sentEvents } from './sent-events.ts'

export function openStripe(settings: ApiSettings): ProviderApi {
  const api = createStripeApi(settings)
  return { sentEvents: (question) => sentToUs(api, question), explain }
}

/**
 * The events that Stripe lists, then the state of subscriptions that changed without an event.
 * @throws {StripeApiError}
 */
async function* sentToUs(api: StripeApi, question: SentQuestion): AsyncGenerator<SentPage> {
  const { since, until, recorded, handledTypes: handled, onRefusedAccount: refused } = question
  const accounts = await recorded.connectedAccounts()
  yield* goingBack(sentEvents(api, { since, until, accounts, handled, refused }), 'events', since, until)
  // Read after the events, because an event appended by then may explain the state of its subscription.
  const late = await recorded.lateSubscriptions()
  yield* oneByOne(changedSubscriptions(api, late), 'subscriptions', late.length)
}

function explain(error: unknown): string | undefined {
  if (!(error instanceof StripeApiError)) return undefined
  if (error.code === 'stripe_unavailable') return `${error.message}. Try again later.`
  return `${error.message}: is STRIPE_API_KEY right, and may it read events and webhook endpoints?`
}
