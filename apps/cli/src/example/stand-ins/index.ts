import type { Delivery } from '@sluice/sending'
import type { SentEvent } from '@sluice/simulator'
import { deliver, headersOf } from '../../lib/delivery.ts'
import type { Settings } from '../../lib/settings.ts'
import type { Running } from '../require-running.ts'
import { startReplicate } from './replicate.ts'
import { startStripe } from './stripe.ts'

export interface StandIns {
  /** How an application reaches each provider. */
  env: Record<string, string>
  /** Lines for the person who starts it. */
  lines: string[]
  stop(): Promise<void>
}

const DEADLINE_MS = 10_000

/** Starts a stand-in of each provider whose key is not set. */
export async function startStandIns({ ingestUrl }: Running, settings: Settings): Promise<StandIns> {
  const { STRIPE_API_KEY, REPLICATE_API_TOKEN } = process.env
  const stripe = STRIPE_API_KEY ? null : await startStripe((events) => sendAll(events, ingestUrl, settings))
  const replicate = REPLICATE_API_TOKEN ? null : await startReplicate((...webhook) => send(...webhook, settings))
  return {
    env: {
      ...(stripe && { STRIPE_API_KEY: stripe.apiKey, STRIPE_API_BASE: stripe.url }),
      ...(replicate && { REPLICATE_API_TOKEN: replicate.token, REPLICATE_API_BASE: replicate.url }),
    },
    lines: [
      `  Stripe      ${stripe ? 'a stand-in, since STRIPE_API_KEY is not set' : 'as set in STRIPE_API_KEY'}`,
      `  Replicate   ${replicate ? 'a stand-in, since REPLICATE_API_TOKEN is not set' : 'as set in REPLICATE_API_TOKEN'}`,
    ],
    stop: async () => {
      await stripe?.stop()
      await replicate?.stop()
    },
  }
}

/** Side by side, as Stripe delivers: they arrive in any order. @throws when one is not taken. */
async function sendAll(events: SentEvent[], to: string, settings: Settings): Promise<void> {
  await Promise.all(
    events.map(async (event) => {
      const { status, body } = await deliver(event, to, settings)
      if (status !== 200) throw new Error(`${to} answered ${event.type} with ${status} ${body.error ?? ''}.`)
    }),
  )
}

async function send(webhook: string, id: string, body: string, settings: Settings): Promise<void> {
  const delivery: Delivery = { provider: 'replicate', id, body }
  const request = {
    method: 'POST',
    body,
    headers: headersOf(delivery, settings),
    signal: AbortSignal.timeout(DEADLINE_MS),
  }
  const { ok, status } = await fetch(webhook, request)
  if (!ok) throw new Error(`${webhook} answered with ${status}.`)
}
