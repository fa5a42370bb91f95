import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type ApiFailure, errorOf } from './failures.ts'
import { page } from './list.ts'
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
}

export interface Api {
  key: string
  store: Store
  /** Ids of events that an endpoint has not accepted. */
  failed: ReadonlySet<string>
  /** Connected accounts that revoked access. */
  refused: ReadonlySet<string>
  requests: ApiRequest[]
  nextFailure(): ApiFailure
  /** The `Date` of the answer. */
  now(): Date
}

/** Answers as `api.stripe.com` does. */
export async function answer(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stripe')
  const seen = requestOf(request, url)
  api.requests.push(seen)
  const failure = api.nextFailure()
  if (failure.down) {
    request.socket.destroy()
    return
  }
  if (failure.delayMs) await pause(failure.delayMs, undefined, { ref: false })
  const { status, body } = failure.status
    ? { status: failure.status, body: errorOf(failure.status) }
    : read(api, seen, url, request.headers.authorization)
  response.writeHead(status, {
    'content-type': 'application/json',
    date: api.now().toUTCString(),
    'request-id': `req_${api.requests.length}`,
    ...(failure.retryAfter !== undefined && { 'retry-after': String(failure.retryAfter) }),
  })
  response.end(JSON.stringify(body))
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
  }
}

function read(api: Api, { method, path, account, context }: ApiRequest, url: URL, authorization = '') {
  if (authorization !== `Bearer ${api.key}`) return { status: 401, body: errorOf(401) }
  if (method !== 'GET') return { status: 405, body: errorOf(405) }
  // A context may be a path of organisation and account.
  const owner = account ?? context?.split('/').at(-1) ?? null
  if (owner !== null && api.refused.has(owner)) return { status: 403, body: errorOf(403) }
  const object = api.store.find(path, owner)
  if (object) return { status: 200, body: object }
  if (!isCollection(path)) return { status: 404, body: errorOf(404) }
  return { status: 200, body: page(api.store.list(path, owner), url.searchParams, path, api.failed) }
}

/** A collection's path ends in a plural, an object's in an id, which has digits or capitals. */
const isCollection = (path: string): boolean => /^\/v[12](\/[a-z_]+)+$/.test(path) && path.endsWith('s')
