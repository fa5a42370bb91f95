import type { ApiSettings, EndpointQuestion, EndpointState } from '../../provider-api.ts'
import { createStripeApi } from './client.ts'
import { type Endpoint, ourEndpoints } from './endpoints.ts'
import { typeMatcher } from './scope.ts'

/** Named first: without one of these, rows are wrong or incomplete. */
const NEEDED = [
  ...['checkout.session.completed', 'checkout.session.async_payment_succeeded', 'invoice.paid', 'invoice_payment.paid'],
  ...['invoice.payment_failed', 'customer.subscription.created', 'customer.subscription.updated'],
  ...['customer.subscription.deleted', 'charge.refunded', 'charge.dispute.created', 'charge.dispute.closed'],
]

/**
 * Whether Stripe knows where to send events, does so, and sends what is handled.
 * @throws {StripeApiError}
 */
export async function checkEndpoint(settings: ApiSettings, question: EndpointQuestion): Promise<EndpointState> {
  const api = createStripeApi(settings)
  return judge(await ourEndpoints((path) => api.fetchObject(path, {})), wantedTypes(question))
}

function judge(ours: Endpoint[], wanted: string[]): EndpointState {
  if (ours.length === 0) {
    return failed('Stripe has none that ends in /webhooks/stripe: add one there, with the address of ingest.')
  }
  const enabled = ours.filter(({ status }) => status === 'enabled')
  if (enabled.length === 0) return failed('It is disabled: mend why it failed, then enable it at Stripe.')
  const sent = new Set(enabled.flatMap((endpoint) => endpoint.enabled_events))
  const missing = sent.has('*') ? [] : wanted.filter((type) => !sent.has(type))
  if (missing.length === 0) return { verdict: 'good', says: 'enabled, and sends all that is handled' }
  const rest = missing.length > 3 ? ` and ${missing.length - 3} more` : ''
  return { verdict: 'found', says: `It does not send ${missing.slice(0, 3).join(', ')}${rest}: add them there.` }
}

const failed = (says: string): EndpointState => ({ verdict: 'failed', says })

function wantedTypes({ handledTypes, eventTypes }: EndpointQuestion): string[] {
  // Those of `account.` come only to an endpoint for connected accounts: https://docs.stripe.com/connect/webhooks
  const handled = handledTypes.filter((type) => !type.startsWith('account.'))
  const matches = eventTypes.map(typeMatcher)
  return [...new Set([...NEEDED, ...handled])].filter(
    (type) => matches.length === 0 || matches.some((match) => match(type)),
  )
}
