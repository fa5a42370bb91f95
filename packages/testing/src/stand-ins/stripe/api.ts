import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type ApiFailure, errorOf } from './failures.ts'
import type { RateLimit } from './limits.ts'
import { read } from './read.ts'
import { refusalOf, refuse } from './refusal.ts'
import type { Store } from './stored.ts'

/** A call of the API as it was made. */
export interface ApiRequest {
  method: string
  /** Without the query. */
  path: string
  query: string
  /** The header `Stripe-Account`. */
  account: string | null
  /** The header `Stripe-Context`: https://docs.stripe.com/context */
  context: string | null
  version: string | null
  /** When it came, in milliseconds of `performance.now()`. */
  at: number
}

export interface Api {
  key: string
  store: Store
  /** Ids of events that an endpoint has not accepted. */
  failed: ReadonlySet<string>
  /** Connected accounts that revoked access. */
  refused: ReadonlySet<string>
  /** Beginnings of the paths that the key may not read. */
  forbidden: ReadonlySet<string>
  requests: ApiRequest[]
  nextFailure(path: string): ApiFailure
  exceededLimit(at: number): RateLimit | null
  beforeAnswer(request: ApiRequest): unknown
  /** The `Date` of the answer. */
  now(): Date
}

interface Answer {
  status: number
  body: object
  headers?: Record<string, string>
}

/** Answers as `api.stripe.com` does. */
export async function answer(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stripe')
  const seen = requestOf(request, url)
  api.requests.push(seen)
  await api.beforeAnswer(seen)
  const failure = api.nextFailure(seen.path)
  if (failure.down === true) {
    request.socket.destroy()
    return
  }
  if (failure.delayMs) await pause(failure.delayMs, undefined, { ref: false })
  if (request.socket.destroyed) return
  const { status, body, headers } =
    failed(api, seen, failure) ?? answerOf(api, seen, url, request.headers.authorization)
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    date: api.now().toUTCString(),
    'request-id': `req_${api.requests.length}`,
    ...(seen.version && { 'stripe-version': seen.version }),
    ...headers,
  })
  if (failure.down === 'in the body') response.write(text.slice(0, text.length / 2), () => request.socket.destroy())
  else response.end(text)
}

function requestOf({ method = 'GET', headers }: IncomingMessage, url: URL): ApiRequest {
  const text = (name: string) => headers[name]?.toString() ?? null
  return {
    method,
    path: url.pathname,
    query: decodeURIComponent(url.search),
    account: text('stripe-account'),
    context: text('stripe-context'),
    version: text('stripe-version'),
    at: performance.now(),
  }
}

function failed(api: Api, { at }: ApiRequest, { status, retryAfter }: ApiFailure): Answer | null {
  if (status) return { status, body: errorOf(status), headers: retryAfterOf(retryAfter) }
  const exceeded = api.exceededLimit(at)
  if (!exceeded) return null
  const reason = { 'stripe-rate-limited-reason': 'global-rate' }
  return { status: 429, body: errorOf(429), headers: { ...reason, ...retryAfterOf(exceeded.retryAfter) } }
}

const retryAfterOf = (seconds: number | undefined): Record<string, string> =>
  seconds === undefined ? {} : { 'retry-after': String(seconds) }

function answerOf(api: Api, request: ApiRequest, { searchParams: query }: URL, authorization = ''): Answer {
  const { method, path, account, context } = request
  if (authorization !== `Bearer ${api.key}`) return { status: 401, body: errorOf(401) }
  if (method !== 'GET') return { status: 405, body: errorOf(405) }
  // A context may be a path of organisation and account.
  const owner = account ?? context?.split('/').at(-1) ?? null
  if (owner !== null && api.refused.has(owner)) return { status: 403, body: errorOf(403) }
  try {
    checkPermission(api, path)
    return { status: 200, body: read(api.store, { path, query, account: owner }, api.failed) }
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal) throw error
    return refusal
  }
}

/** The words of Stripe, which come without a code: https://docs.stripe.com/keys/restricted-api-keys */
function checkPermission({ key, forbidden }: Api, path: string): void {
  const prefix = [...forbidden].find((one) => path.startsWith(one))
  if (prefix === undefined) return
  const permission = `rak_${prefix.split('/').at(-1)?.replace(/s$/, '')}_read`
  refuse(
    403,
    `The provided key '${key.slice(0, 8)}****' does not have the required permissions for this endpoint on account 'acct_1Example'. Having the '${permission}' permission would allow this request to continue.`,
  )
}
