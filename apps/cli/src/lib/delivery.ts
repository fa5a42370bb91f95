import { type Provider, providers } from '@sluice/providers'
import type { Settings } from './settings.ts'

/** What is posted: the exact text, and the id that Replicate puts in a header. */
export interface Delivery {
  provider: string
  id: string
  body: string
}

export interface Answer {
  status: number
  /** `{ received, duplicate }`, or `{ error }`. */
  body: { received?: boolean; duplicate?: boolean; error?: string }
}

const DEFAULT_INGEST = 'http://localhost:3000'
const DEADLINE_MS = 10_000

/** Where to send to: the base address of ingest. */
export const ingestUrl = (settings: Settings, to?: string): string =>
  (to ?? settings.ingestUrl ?? DEFAULT_INGEST).replace(/\/+$/, '')

/** Signs and posts as the provider itself would. @throws when nothing answers there. */
export async function deliver(delivery: Delivery, to: string, settings: Settings): Promise<Answer> {
  return post(delivery, to, headersOf(delivery, settings))
}

export async function post(delivery: Delivery, to: string, headers: Record<string, string>): Promise<Answer> {
  const url = `${to}/webhooks/${delivery.provider}`
  const request = { method: 'POST', headers, body: delivery.body, signal: AbortSignal.timeout(DEADLINE_MS) }
  const response = await fetch(url, request).catch(() => {
    throw new Error(`Nothing answers at ${url}. Run npm start first, or say where ingest is with --to.`)
  })
  return { status: response.status, body: await response.json().catch(() => ({})) }
}

/** @throws when nobody of that name sends webhooks to Sluice. */
export function providerOf(name: string): Provider {
  const provider = providers.find((one) => one.name === name)
  if (provider) return provider
  throw new Error(`No provider is called ${name}.`)
}

/** While a secret is rotated there are several; any of them will do. */
export function secretOf(name: string, settings: Settings): string | undefined {
  const all = name === 'stripe' ? settings.stripeWebhookSecret : settings.replicateWebhookSecret
  return all?.split(',')[0]?.trim() || undefined
}

function headersOf({ provider: name, id, body }: Delivery, settings: Settings): Record<string, string> {
  const provider = providerOf(name)
  const secret = secretOf(name, settings)
  if (secret) return provider.sign(body, secret, { id })
  if (provider.mayBeUnsigned) return { 'content-type': 'application/json', 'webhook-id': id }
  throw new Error(`${provider.secretVariable} is not set and nothing runs here. Set it, or run npm start first.`)
}
