import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SentEvent } from '@sluice/simulator'
import { type Api, type ApiRequest, answer } from './api.ts'
import { type Delivery, type DeliveryOptions, deliver, type Endpoint, wasTaken } from './delivery.ts'
import { type ApiFailure, createFailures } from './failures.ts'
import { createStore, type StripeObject } from './stored.ts'

export type { ApiRequest } from './api.ts'
export type { Delivery, DeliveryOptions, Endpoint } from './delivery.ts'
export type { ApiFailure } from './failures.ts'
export type { StripeObject } from './stored.ts'
export { type ThinOptions, thinEvent } from './thin.ts'

/** The only key that the stand-in accepts. */
const KEY = 'sk_test_the_key_of_the_stand_in'

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
  /** The `Date` of answers; null = now. */
  setDate(date: Date | null): void
  /** Events are delivered to this endpoint from now on. */
  addEndpoint(endpoint: Endpoint): void
  /** Sends events to every endpoint, and lists them under `/v1/events` from then on. */
  deliver(events: SentEvent[], options?: DeliveryOptions): Promise<Delivery[]>
  /** Lists events without delivering them. */
  record(events: SentEvent[]): void
}

/** Stripe's API and its deliveries, on a free port; stopped afterwards. */
export async function withStripe<T>(use: (stripe: TestStripe) => Promise<T>): Promise<T> {
  const store = createStore()
  const failures = createFailures()
  const failed = new Set<string>()
  const endpoints: Endpoint[] = []
  const refused = new Set<string>()
  let date: Date | null = null
  const requests: ApiRequest[] = []
  const api: Api = {
    key: KEY,
    store,
    failed,
    refused,
    requests,
    nextFailure: failures.next,
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
  try {
    return await use({
      env: { STRIPE_API_KEY: KEY, STRIPE_API_BASE: `http://127.0.0.1:${port}` },
      put: (object, account) => store.put(object, account ?? null),
      remove: store.remove,
      requests,
      paths: () => requests.map(({ path }) => path),
      failWith: failures.set,
      recover: failures.recover,
      refuse: (account) => void refused.add(account),
      setDate: (at) => {
        date = at
      },
      addEndpoint: (endpoint) => void endpoints.push(endpoint),
      deliver: async (events, options = {}) => {
        record(events)
        const deliveries = await deliver(events, endpoints, options)
        for (const one of deliveries) if (!wasTaken(one)) failed.add(one.event.id)
        return deliveries
      },
      record,
    })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
