import type { IncomingMessage } from 'node:http'
import type { BlockList } from 'node:net'
import { RefusalError } from '@sluice/events'
import type { Provider } from '@sluice/providers'
import proxyAddr from 'proxy-addr'
import { includes, plainAddress } from './address-list.ts'

/** What is refused before the body is read. */
export function checkSender(request: IncomingMessage, allowed: BlockList | null, trustProxy: number): void {
  if (allowed && !includes(allowed, clientAddress(request, trustProxy))) throw new RefusalError('forbidden', 'address')
  if (request.method !== 'POST') throw new RefusalError('method_not_allowed', 'method')
}

/** What is refused before the signature is looked at. A request without one is not worth another reason. */
export function checkForm({ headers }: IncomingMessage, provider: Provider, unsigned: boolean): void {
  const isSigned = provider.signatureHeaders.every((name) => headers[name])
  if (!unsigned && !isSigned) throw new RefusalError('invalid_signature', 'missing_header')
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new RefusalError('unsupported_encoding', 'encoding')
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') throw new RefusalError('unsupported_media_type', 'media_type')
}

/** As the proxies in front of us tell it, so many of which are believed. */
export const clientAddress = (request: IncomingMessage, trustProxy: number): string =>
  plainAddress(proxyAddr(request, (_address, hop) => hop < trustProxy))
