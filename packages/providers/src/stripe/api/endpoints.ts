import { STRIPE_PATHS } from '../paths.ts'
import type { Fetched } from './client.ts'

/** https://docs.stripe.com/api/webhook_endpoints/object */
export interface Endpoint {
  url: string
  status: string
  enabled_events: string[]
  /** Unix seconds. */
  created?: number
  /** The Connect application of an endpoint for connected accounts; null for our own account. */
  application?: string | null
}

const LIST = '/v1/webhook_endpoints?limit=100'

/** The webhook endpoints at Stripe whose path is one of ours, on any host. Includes disabled endpoints. */
export async function ourEndpoints(fetch: (path: string) => Promise<Fetched>): Promise<Endpoint[]> {
  const { object } = await fetch(LIST)
  const endpoints = (object?.['data'] ?? []) as Endpoint[]
  return endpoints.filter(({ url }) => URL.canParse(url) && STRIPE_PATHS.includes(new URL(url).pathname))
}
