import { setTimeout as pause } from 'node:timers/promises'
import { providers } from '@sluice/providers'
import type { SentEvent } from '@sluice/simulator'
import type { Attempt, Delivery } from './delivery.ts'

/** Stripe retries for days, Replicate for a minute and only terminal states: both compressed about a hundredfold. */
const RETRIES = {
  stripe: { attempts: 40, firstMs: 200, mostMs: 3_000 },
  replicate: { attempts: 5, firstMs: 400, mostMs: 4_000 },
} as const
/** Shorter than any provider waits. */
const ANSWER_MS_MAX = 10_000

/** Signing secret of each provider. */
export type Secrets = Record<SentEvent['provider'], string>

export interface Route {
  ingests: { url: string }[]
  secrets: Secrets
}

/** Sends an event as its provider does, signed anew each time, until it is acknowledged or given up. */
export async function deliver(delivery: Delivery, route: Route, first: number, limit = 40): Promise<void> {
  const { event, attempts } = delivery
  const { attempts: most, firstMs, mostMs } = RETRIES[event.provider]
  const isRetried = event.provider === 'stripe' || /\.(succeeded|failed|canceled|aborted)$/.test(event.type)
  for (let wait: number = firstMs; ; wait = Math.min(mostMs, wait * 2)) {
    const attempt = await post(event, route, (first + attempts.length) % route.ingests.length)
    attempts.push(attempt)
    if (attempt.status >= 200 && attempt.status < 300) {
      delivery.acknowledgedAt = attempt.at + attempt.ms
      return
    }
    if (!isRetried || attempts.length >= Math.min(most, limit)) return
    await pause(wait)
  }
}

/** Like a load balancer, tries the next ingest when a connection is refused. A request that was sent is not repeated. */
async function post(event: SentEvent, { ingests, secrets }: Route, first: number): Promise<Attempt> {
  const at = Date.now()
  for (let tried = 1; ; tried += 1) {
    const ingest = (first + tried - 1) % ingests.length
    const answer = await request(event, ingests[ingest]?.url ?? '', secrets).then(
      (status) => ({ status }),
      (error: unknown) => ({ status: 0, error: causeOf(error) }),
    )
    const isRefused = 'error' in answer && answer.error === 'ECONNREFUSED'
    if (!isRefused || tried >= ingests.length) return { at, ms: Date.now() - at, ingest, ...answer }
  }
}

async function request(event: SentEvent, url: string, secrets: Secrets): Promise<number> {
  const response = await fetch(`${url}/webhooks/${event.provider}`, {
    method: 'POST',
    body: event.body,
    headers: { 'content-type': 'application/json', ...sign(event, secrets) },
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  })
  await response.arrayBuffer()
  return response.status
}

/** Signature headers of the event's provider. */
export function sign(event: SentEvent, secrets: Secrets): Record<string, string> {
  const provider = providers.find(({ name }) => name === event.provider)
  return provider?.sign(event.body, secrets[event.provider], { id: event.id }) ?? {}
}

function causeOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: string }; name: string }
  return cause?.code ?? name
}
