import { setTimeout as pause } from 'node:timers/promises'
import { stripe } from '@sluice/providers/stripe'
import type { SentEvent } from '@sluice/simulator'
import { shuffle, withDuplicates } from '@sluice/simulator'
import { thinEvent } from './thin.ts'

export interface Endpoint {
  url: string
  secret: string
  /** Default: `snapshot`. https://docs.stripe.com/event-destinations */
  payload?: 'snapshot' | 'thin'
}

export interface DeliveryOptions {
  /** Shuffles the events; the same seed gives the same order. */
  seed?: string | number
  /** Extra deliveries of an event on average: 0.1 repeats every tenth. */
  copies?: number
  /** Wait before the first retry, doubled for each further one. Stripe's own waits are hours. */
  backoffMs?: number
  /** Most requests for one event and endpoint. */
  attempts?: number
  atOnce?: number
}

export interface Delivery {
  event: SentEvent
  endpoint: Endpoint
  /** The status of every attempt; 0 without an answer. */
  statuses: number[]
}

/** Sends each event to each endpoint, signed afresh every time, until it is taken: https://docs.stripe.com/webhooks */
export async function deliver(
  events: SentEvent[],
  endpoints: Endpoint[],
  { seed, copies = 0, backoffMs = 20, attempts = 8, atOnce = 16 }: DeliveryOptions,
): Promise<Delivery[]> {
  const each = events.flatMap((event) =>
    endpoints.map((endpoint) => ({ event: renderedFor(endpoint, event), endpoint })),
  )
  const repeated = withDuplicates(each, copies, seed ?? '')
  const queue = seed === undefined ? repeated : shuffle(repeated, seed)
  const deliveries: Delivery[] = []
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      deliveries.push({ ...next, statuses: await untilTaken(next.event, next.endpoint, backoffMs, attempts) })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return deliveries
}

export const wasTaken = ({ statuses }: Delivery): boolean => isSuccess(statuses.at(-1) ?? 0)

function renderedFor({ payload }: Endpoint, event: SentEvent): SentEvent {
  return payload === 'thin' && !event.type.startsWith('v') ? thinEvent(event) : event
}

async function untilTaken(event: SentEvent, endpoint: Endpoint, backoffMs: number, attempts: number) {
  const statuses: number[] = []
  for (let wait = backoffMs; ; wait *= 2) {
    const status = await attempt(event, endpoint)
    statuses.push(status)
    if (isSuccess(status) || statuses.length >= attempts) return statuses
    await pause(wait)
  }
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300

function attempt({ body }: SentEvent, { url, secret }: Endpoint): Promise<number> {
  const headers = stripe.sign(body, secret)
  return fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal: AbortSignal.timeout(20_000) }).then(
    async (response) => {
      await response.arrayBuffer()
      return response.status
    },
    () => 0,
  )
}
