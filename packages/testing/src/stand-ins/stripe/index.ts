import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AccountChange, AccountHistory, SentEvent } from '@sluice/simulator'
import { type FilledAccount, fill } from './account.ts'
import { type Api, type ApiRequest, answer } from './api.ts'
import { type Delivery, type DeliveryOptions, deliver, type Endpoint, wasTaken } from './delivery.ts'
import { type ApiFailure, createFailures } from './failures.ts'
import { createRateLimit, type RateLimit } from './limits.ts'
import { createStore } from './stored.ts'
import type { StripeObject } from './stripe-object.ts'

export type { FilledAccount } from './account.ts'
export type { ApiRequest } from './api.ts'
export type { Delivery, DeliveryOptions, Endpoint } from './delivery.ts'
export type { ApiFailure } from './failures.ts'
export type { RateLimit } from './limits.ts'
export type { StripeObject } from './stripe-object.ts'
export { type ThinOptions, thinEvent } from './thin.ts'

const KEY = 'sk_test_the_key_of_the_stand_in'

export interface StripeOptions {
  /** The only key that it accepts. Default: one of test mode. */
  key?: string
}

export interface TestStripe {
  /** Environment of an app that uses it: `STRIPE_API_KEY` and `STRIPE_API_BASE`. */
  env: { STRIPE_API_KEY: string; STRIPE_API_BASE: string }
  /** `GET` answers with this object from now on; with `account`, only in the name of that connected account. */
  put(object: StripeObject, account?: string): void
  /** `GET` answers 404 from now on. */
  remove(id: string): void
  /** Every call so far, in order. */
  requests: ApiRequest[]
  /** The paths of `requests`. */
  paths(): string[]
  /** Every answer fails like this until `recover`, or `times` times. */
  failWith(failure: ApiFailure): void
  recover(): void
  /** Answers 403 to every request in the name of this connected account. */
  refuse(account: string): void
  /** Answers 403 to every request whose path begins like this: the key is a restricted one that may not read it. */
  forbid(path: string): void
  /** Answers 429 to requests over a rate from now on; null = to none. */
  limitRate(limit: RateLimit | null): void
  /** Called with each request, whose answer waits for it. */
  beforeAnswer(hook: (request: ApiRequest) => unknown): void
  /** The number of requests in each second since the first, refused ones included. */
  perSecond(): number[]
  /** Puts everything of a history into the API as it was at a moment. */
  fill(history: AccountHistory, moment: Date): FilledAccount
  /** The `Date` of answers; null = now. */
  setDate(date: Date | null): void
  /** Events are delivered to this endpoint from now on. */
  addEndpoint(endpoint: Endpoint): void
  /** Sends events to every endpoint, and lists them under `/v1/events` from then on. */
  deliver(events: SentEvent[], options?: DeliveryOptions): Promise<Delivery[]>
  /** Lets changes happen: the API shows them at once, and their events are delivered. */
  happen(changes: AccountChange[], options?: DeliveryOptions): Promise<Delivery[]>
  /** Lists events without delivering them. */
  record(events: SentEvent[]): void
}

/** Stripe's API and its deliveries, on a free port; stopped afterwards. */
export async function withStripe<T>(
  use: (stripe: TestStripe) => Promise<T>,
  { key = KEY }: StripeOptions = {},
): Promise<T> {
  const store = createStore()
  const failures = createFailures()
  const failed = new Set<string>()
  const endpoints: Endpoint[] = []
  const refused = new Set<string>()
  const forbidden = new Set<string>()
  const rateLimit = createRateLimit()
  let hook: (request: ApiRequest) => unknown = () => {}
  let date: Date | null = null
  const requests: ApiRequest[] = []
  const api: Api = {
    key,
    store,
    failed,
    refused,
    forbidden,
    requests,
    nextFailure: failures.next,
    exceededLimit: rateLimit.exceededAt,
    beforeAnswer: (request) => hook(request),
    now: () => date ?? new Date(),
  }
  const server = createServer((request, response) => void answer(api, request, response))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const record = (events: SentEvent[]) => {
    for (const { body } of events) {
      const event = JSON.parse(body)
      store.put(event, event.account ?? event.context ?? null)
    }
  }
  const send = async (events: SentEvent[], options: DeliveryOptions = {}) => {
    record(events)
    const deliveries = await deliver(events, endpoints, options)
    for (const one of deliveries) if (!wasTaken(one)) failed.add(one.event.id)
    return deliveries
  }
  try {
    return await use({
      env: { STRIPE_API_KEY: key, STRIPE_API_BASE: `http://127.0.0.1:${port}` },
      put: (object, account) => store.put(object, account ?? null),
      remove: store.remove,
      requests,
      paths: () => requests.map(({ path }) => path),
      failWith: failures.set,
      recover: failures.recover,
      refuse: (account) => void refused.add(account),
      forbid: (path) => void forbidden.add(path),
      limitRate: rateLimit.set,
      beforeAnswer: (next) => {
        hook = next
      },
      perSecond: () => perSecond(requests),
      fill: (history, moment) => fill(store, history, moment),
      setDate: (at) => {
        date = at
      },
      addEndpoint: (endpoint) => void endpoints.push(endpoint),
      deliver: send,
      happen: (changes, options) => {
        for (const { objects, account } of changes) for (const object of objects) store.put(object, account)
        return send(
          changes.map(({ event }) => event),
          options,
        )
      },
      record,
    })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    store.close()
  }
}

function perSecond(requests: ApiRequest[]): number[] {
  const [first] = requests
  const counts: number[] = []
  for (const { at } of requests) {
    const second = Math.floor((at - (first?.at ?? 0)) / 1000)
    counts[second] = (counts[second] ?? 0) + 1
  }
  return Array.from(counts, (count) => count ?? 0)
}
