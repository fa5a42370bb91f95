import { providerOf } from '@sluice/providers'
import { notSet, type Settings, secretKey } from './settings.ts'

/** A webhook to post: the exact body and the event id, which some providers send in a header. */
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

/** The base address of ingest. */
export const ingestUrl = (settings: Settings, to?: string): string =>
  (to ?? settings.ingestUrl ?? DEFAULT_INGEST).replace(/\/+$/, '')

/** Signs and posts a webhook as its provider would. @throws when ingest does not answer. */
export async function deliver(delivery: Delivery, to: string, settings: Settings): Promise<Answer> {
  return post(delivery, to, headersOf(delivery, settings))
}

export async function post(delivery: Delivery, to: string, headers: Record<string, string>): Promise<Answer> {
  const url = `${to}${providerOf(delivery.provider).paths[0]}`
  const request = { method: 'POST', headers, body: delivery.body, signal: AbortSignal.timeout(DEADLINE_MS) }
  const response = await fetch(url, request).catch(() => {
    throw new Error(`${url} does not answer. Run npm start first, or pass the address of ingest with --to.`)
  })
  return { status: response.status, body: await response.json().catch(() => ({})) }
}

/** The first secret. During a rotation there are several, and ingest accepts each. */
export const secretOf = (name: string, settings: Settings): string | undefined =>
  settings[secretKey(providerOf(name))]?.split(',')[0]?.trim() || undefined

/** As the provider signs it. @throws when there is no secret to sign with. */
export function headersOf({ provider: name, id, body }: Delivery, settings: Settings): Record<string, string> {
  const provider = providerOf(name)
  const secret = secretOf(name, settings)
  if (secret) return provider.sign(body, secret, { id })
  // Without a secret ingest does not check the signature.
  if (provider.mayBeUnsigned) return provider.sign(body, provider.makeSecret(), { id })
  throw notSet(provider.secretVariable, settings)
}
