import Stripe from 'stripe'
import { StripeApiError, toApiError } from './error.ts'

export interface StripeApiOptions {
  key: string
  /** Where the API is instead of at Stripe, `http://host:port`. */
  base?: string | undefined
  /** A request over it is given up, in milliseconds. */
  timeoutMs: number
}

/** Whose object is asked for; both empty for one's own. */
export interface Owner {
  /** A connected account: https://docs.stripe.com/connect/authentication */
  account?: string | null
  /** What a thin event gave, which Stripe wants back as it is: https://docs.stripe.com/context */
  context?: string | null
}

export interface Fetched {
  /** As it is now; null when there is none any more. */
  object: Record<string, unknown> | null
  /** The second of Stripe's clock that it is the state of. */
  date: Date
}

export interface StripeApi {
  /**
   * The object at a path of the API, e.g. `/v1/invoices/in_1`, in the shape of the SDK's API version.
   * @throws {StripeApiError}
   */
  fetchObject(path: string, owner: Owner): Promise<Fetched>
}

export function createStripeApi({ key, base, timeoutMs }: StripeApiOptions): StripeApi {
  const client = new Stripe(key, { ...placeOf(base), timeout: timeoutMs, maxNetworkRetries: 0, telemetry: false })
  return {
    async fetchObject(path, owner) {
      const startedAt = performance.now()
      const { object, dateHeader } = await get(client, path, owner)
      return { object, date: secondOf(dateHeader, performance.now() - startedAt) }
    },
  }
}

/** An API version is left to the SDK, whose own it is: what it fetches has the newest shape. */
async function get(client: Stripe, path: string, { account, context }: Owner) {
  const options = { ...(account && { stripeAccount: account }), ...(context && { stripeContext: context }) }
  try {
    const object = await client.rawRequest('GET', path, undefined, options)
    return { object: object.deleted === true ? null : object, dateHeader: object.lastResponse.headers.date }
  } catch (error) {
    const isMissing = error instanceof Stripe.errors.StripeError && error.statusCode === 404
    if (isMissing) return { object: null, dateHeader: error.headers?.['date'] }
    throw toApiError(error)
  }
}

/** The answer was read at Stripe before it was sent: one that took long is as old as its question. */
function secondOf(dateHeader: unknown, tookMs: number): Date {
  const at = typeof dateHeader === 'string' ? Date.parse(dateHeader) : Number.NaN
  if (Number.isNaN(at)) throw new StripeApiError('stripe_unavailable', 'Stripe answered without a date')
  return new Date(at - Math.floor(tookMs / 1000) * 1000)
}

function placeOf(base: string | undefined) {
  if (base === undefined) return {}
  const { protocol, hostname, port } = new URL(base)
  const isHttps = protocol === 'https:'
  return {
    protocol: isHttps ? ('https' as const) : ('http' as const),
    host: hostname,
    port: port || (isHttps ? 443 : 80),
  }
}
