import { providerOf } from '@sluice/providers'

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

const DEADLINE_MS = 10_000

/** @param to the base address of ingest @throws when ingest does not answer */
export async function post(delivery: Delivery, to: string, headers: Record<string, string>): Promise<Answer> {
  const url = `${to}${providerOf(delivery.provider).paths[0]}`
  const request = { method: 'POST', headers, body: delivery.body, signal: AbortSignal.timeout(DEADLINE_MS) }
  const response = await fetch(url, request).catch(() => {
    throw new Error(`${url} does not answer. Run npm start first, or pass the address of ingest with --to.`)
  })
  return { status: response.status, body: await response.json().catch(() => ({})) }
}

/**
 * Signs as the provider does.
 *
 * @param secret without one, any signature will do: ingest does not check it. Only for a provider that may be unsigned
 * @param at default: now
 * @returns null if the provider needs a secret and there is none
 */
export function signedHeaders(
  { provider: name, id, body }: Delivery,
  secret: string | undefined,
  at?: Date,
): Record<string, string> | null {
  const provider = providerOf(name)
  if (secret === undefined && !provider.mayBeUnsigned) return null
  return provider.sign(body, secret ?? provider.makeSecret(), { id, ...(at && { at }) })
}
