import { handledTypesOf } from '@sluice/handlers'
import { createStripeApi } from '@sluice/providers/stripe/api'
import type { Deployment } from './deployment.ts'
import { type Finding, failed, found, good, skipped, tryTo } from './finding.ts'

const CHECK = 'Stripe endpoint'
const PATHS = ['/webhooks/stripe', '/api/v1/webhooks/stripe', '/api/webhook/stripe']
const DEADLINE_MS = 10_000
const ALLOW = 'Is STRIPE_API_KEY right, and may it read webhook endpoints?'
/** Named first: without one of these, rows are wrong or incomplete. */
const NEEDED = [
  ...['checkout.session.completed', 'checkout.session.async_payment_succeeded', 'invoice.paid', 'invoice_payment.paid'],
  ...['invoice.payment_failed', 'customer.subscription.created', 'customer.subscription.updated'],
  ...['customer.subscription.deleted', 'charge.refunded', 'charge.dispute.created', 'charge.dispute.closed'],
]

/** Those of `account.` come to an endpoint for connected accounts alone: https://docs.stripe.com/connect/webhooks */
const HANDLED = handledTypesOf('stripe').filter((type) => !type.startsWith('account.'))

/** https://docs.stripe.com/api/webhook_endpoints/object */
interface Endpoint {
  url: string
  status: string
  enabled_events: string[]
}

/** Whether Stripe knows where to send events, does so, and sends what something is done with. */
export function checkEndpoint({ stripeApiKey, stripeApiBase, eventTypes }: Deployment): Promise<Finding[]> {
  if (!stripeApiKey) return Promise.resolve([skipped(CHECK, 'not looked at: that needs STRIPE_API_KEY')])
  return tryTo(CHECK, ALLOW, async () => {
    const api = createStripeApi({ key: stripeApiKey, base: stripeApiBase, timeoutMs: DEADLINE_MS })
    const { object } = await api.fetchObject('/v1/webhook_endpoints?limit=100', {})
    const endpoints = (object?.['data'] ?? []) as Endpoint[]
    return [judge(endpoints.filter(isOurs), wantedTypes(eventTypes))]
  })
}

const isOurs = ({ url }: Endpoint): boolean => URL.canParse(url) && PATHS.includes(new URL(url).pathname)

function judge(ours: Endpoint[], wanted: string[]): Finding {
  if (ours.length === 0) {
    return failed(CHECK, 'Stripe has none that ends in /webhooks/stripe: add one there, with the address of ingest.')
  }
  const enabled = ours.filter(({ status }) => status === 'enabled')
  if (enabled.length === 0) return failed(CHECK, 'It is disabled: mend why it failed, then enable it at Stripe.')
  const sent = new Set(enabled.flatMap((endpoint) => endpoint.enabled_events))
  const missing = sent.has('*') ? [] : wanted.filter((type) => !sent.has(type))
  if (missing.length === 0) return good(CHECK, 'enabled, and sends all that is handled')
  const rest = missing.length > 3 ? ` and ${missing.length - 3} more` : ''
  return found(CHECK, `It does not send ${missing.slice(0, 3).join(', ')}${rest}: add them there.`)
}

function wantedTypes(patterns: string[]): string[] {
  const fits = (type: string) =>
    patterns.some((one) => (one.endsWith('*') ? type.startsWith(one.slice(0, -1)) : type === one))
  return [...new Set([...NEEDED, ...HANDLED])].filter((type) => patterns.length === 0 || fits(type))
}
