import type { IncomingMessage } from 'node:http'
import { RefusalError } from '@sluice/events'
import type { Provider } from '@sluice/providers'
import proxyAddr from 'proxy-addr'
import { type Address, type addressList, includes, parseAddress } from './address-list.ts'

type AddressList = ReturnType<typeof addressList>

/** Checks address and method, before the body is read. @param allowed null: every address. */
export function checkSender(request: IncomingMessage, allowed: AddressList, trustProxy: number): void {
  if (allowed && !includes(allowed, clientAddress(request, trustProxy))) throw new RefusalError('forbidden', 'address')
  if (request.method !== 'POST') throw new RefusalError('method_not_allowed', 'method')
}

/** Checks the headers, before the signature is checked. A missing signature is reported first. */
export function checkForm({ headers }: IncomingMessage, provider: Provider, unsigned: boolean): void {
  const isSigned = provider.signatureHeaders.every((name) => headers[name])
  if (!unsigned && !isSigned) throw new RefusalError('invalid_signature', 'missing_header')
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new RefusalError('unsupported_encoding', 'encoding')
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') throw new RefusalError('unsupported_media_type', 'media_type')
}

/**
 * The client's address according to `X-Forwarded-For`, whose last `trustProxy` entries are trusted; null if it is not
 * an address.
 */
export const clientAddress = (request: IncomingMessage, trustProxy: number): Address | null =>
  parseAddress(proxyAddr(request, (_address, hop) => hop < trustProxy))
