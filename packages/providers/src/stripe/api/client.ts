import type Stripe from 'stripe'
import { StripeApiError, toApiError } from './error.ts'

export interface StripeApiOptions {
  key: string
  /** Base URL of a stand-in, `http://host:port`. Default: Stripe's own. */
  base?: string | undefined
  /** Time limit of a request, in milliseconds. */
  timeoutMs: number
}

/** The owner of the object; both empty for our own account. */
export interface Owner {
  /** A connected account: https://docs.stripe.com/connect/authentication */
  account?: string | null
  /** From a thin event, sent back unchanged: https://docs.stripe.com/context */
  context?: string | null
}

export interface Fetched {
  /** The current state; null if it was deleted or does not exist. */
  object: Record<string, unknown> | null
  /** A time at which it had this state, by Stripe's clock, in whole seconds. */
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
  const connect = async (): Promise<Stripe> => {
    const { default: Stripe } = await import('stripe')
    return new Stripe(key, { ...placeOf(base), timeout: timeoutMs, maxNetworkRetries: 0, telemetry: false })
  }
  let client: Promise<Stripe> | undefined
  return {
    async fetchObject(path, owner) {
      client ??= connect()
      const connected = await client
      const startedAt = performance.now()
      const { object, dateHeader } = await get(connected, path, owner)
      return { object, date: secondOf(dateHeader, performance.now() - startedAt) }
    },
  }
}

/** Sets no API version, so that the SDK's own applies. */
async function get(client: Stripe, path: string, { account, context }: Owner) {
  const options = { ...(account && { stripeAccount: account }), ...(context && { stripeContext: context }) }
  try {
    const object = await client.rawRequest('GET', path, undefined, options)
    return { object: object.deleted === true ? null : object, dateHeader: object.lastResponse.headers.date }
  } catch (error) {
    const { statusCode, headers } = Object(error) as Partial<Stripe.errors.StripeError>
    if (statusCode === 404) return { object: null, dateHeader: headers?.['date'] }
    throw toApiError(error, path)
  }
}

/** Subtracts the duration of the request, because Stripe may have read the object at its start. */
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
