import { EventError, type ReceivedEvent } from '@sluice/events'
import type { Payload } from '@sluice/testing/payloads'
import { decide } from '../src/index.ts'
import { replicate, stripe } from './received.ts'

/** A Stripe body as the worker hands it on; its id and time do not matter here. */
export function fromStripe({ body }: Pick<Payload, 'body'>): ReceivedEvent {
  const payload = JSON.parse(body.toString())
  return { ...stripe(payload.type ?? '', {}), account: payload.account ?? null, payload }
}

export function fromReplicate({ name, body }: Payload): ReceivedEvent {
  const payload = JSON.parse(body.toString())
  return replicate(`${name.startsWith('training') ? 'training' : 'prediction'}.${payload.status}`, payload)
}

/** `processed`, `ignored`, or `failed: ` and the message of the refusal. */
export function outcomeOf(event: ReceivedEvent): string {
  try {
    return decide(event).outcome
  } catch (error) {
    if (error instanceof EventError) return `failed: ${error.message}`
    throw error
  }
}
