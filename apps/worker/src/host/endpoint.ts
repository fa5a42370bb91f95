import { createHash } from 'node:crypto'

/** A URL that messages are sent to. */
export interface Endpoint {
  /** Names it in the outbox. */
  key: string
  url: URL
  /** For people: the rest of a URL may be a secret. */
  name: string
}

/** The key is a hash, because a URL may contain a secret. */
export const endpointOf = (url: URL): Endpoint => ({
  key: createHash('sha256').update(url.href).digest('hex').slice(0, 16),
  url,
  name: url.host,
})

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Where `sluice listen` takes messages; undefined for an address that is not on this machine. */
export function listenerOf({ endpoint, url }: { endpoint: string; url: string }): Endpoint | undefined {
  if (!URL.canParse(url) || !LOOPBACK.has(new URL(url).hostname)) return undefined
  return { key: endpoint, url: new URL(url), name: 'sluice listen' }
}
