import type { ApiSettings, EndpointQuestion, EndpointState } from '../../provider-api.ts'
import { createStripeApi } from './client.ts'
import { type Endpoint, ourEndpoints } from './endpoints.ts'
import { typeMatcher } from './scope.ts'

/** Reported first, because rows are wrong or incomplete without them. */
const NEEDED = [
  ...['checkout.session.completed', 'checkout.session.async_payment_succeeded', 'invoice.paid', 'invoice_payment.paid'],
  ...['invoice.payment_failed', 'customer.subscription.created', 'customer.subscription.updated'],
  ...['customer.subscription.deleted', 'charge.refunded', 'charge.dispute.created', 'charge.dispute.closed'],
]

/**
 * Checks that Stripe has an enabled endpoint of ours, and that it sends the handled types.
 * @throws {StripeApiError}
 */
export async function checkEndpoint(settings: ApiSettings, question: EndpointQuestion): Promise<EndpointState> {
  const api = createStripeApi(settings)
  return judge(await ourEndpoints((path) => api.fetchObject(path, {})), wantedTypes(question))
}

function judge(ours: Endpoint[], wanted: string[]): EndpointState {
  if (ours.length === 0) {
    return failed('Stripe has no endpoint whose path is /webhooks/stripe: add one with the address of ingest.')
  }
  const enabled = ours.filter(({ status }) => status === 'enabled')
  if (enabled.length === 0) return failed('It is disabled: fix the cause of its failures, then enable it in Stripe.')
  const sent = new Set(enabled.flatMap((endpoint) => endpoint.enabled_events))
  const missing = sent.has('*') ? [] : wanted.filter((type) => !sent.has(type))
  if (missing.length === 0) return { verdict: 'good', says: 'enabled, and sends all handled types' }
  const rest = missing.length > 3 ? ` and ${missing.length - 3} more` : ''
  return { verdict: 'found', says: `It does not send ${missing.slice(0, 3).join(', ')}${rest}: add them there.` }
}

const failed = (says: string): EndpointState => ({ verdict: 'failed', says })

function wantedTypes({ handledTypes, eventTypes }: EndpointQuestion): string[] {
  // Only endpoints for connected accounts receive `account.` types: https://docs.stripe.com/connect/webhooks
  const handled = handledTypes.filter((type) => !type.startsWith('account.'))
  const matches = eventTypes.map(typeMatcher)
  return [...new Set([...NEEDED, ...handled])].filter(
    (type) => matches.length === 0 || matches.some((match) => match(type)),
  )
}
