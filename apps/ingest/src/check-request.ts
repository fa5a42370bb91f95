import type { IncomingMessage } from 'node:http'
import { RefusalError } from '@sluice/events'
import type { Provider } from '@sluice/providers'
import proxyAddr from 'proxy-addr'
import { type Address, type addressList, includes, networkOf, parseAddress } from './address-list.ts'

type AddressList = ReturnType<typeof addressList>

/** Checks address and method, before the body is read. @param allowed null: every address. */
export function checkSender(request: IncomingMessage, allowed: AddressList, trustProxy: number): void {
  if (allowed && !includes(allowed, clientAddress(request, trustProxy))) throw new RefusalError('forbidden', 'address')
  if (request.method !== 'POST') throw new RefusalError('method_not_allowed', 'method')
}

/**
 * Checks the headers, before the body is read. Refuses a missing signature first, and the wrong form or time of one
 * last.
 */
export function checkHeaders(
  { headers }: IncomingMessage,
  provider: Provider,
  { unsigned, toleranceSeconds }: HeaderRules,
): void {
  const isSigned = provider.signatureHeaders.every((name) => headers[name])
  if (!unsigned && !isSigned) throw new RefusalError('invalid_signature', 'missing_header')
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new RefusalError('unsupported_encoding', 'encoding')
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') throw new RefusalError('unsupported_media_type', 'media_type')
  if (!unsigned) provider.checkHeaders?.(headers, { toleranceSeconds })
}

export interface HeaderRules {
  /** Whether requests without a signature are accepted. */
  unsigned: boolean
  toleranceSeconds: number
}

/**
 * The client's address according to `X-Forwarded-For`, whose last `trustProxy` entries are trusted; null if it is not
 * an address.
 */
export const clientAddress = (request: IncomingMessage, trustProxy: number): Address | null =>
  parseAddress(addressText(request, trustProxy))

const addressText = (request: IncomingMessage, trustProxy: number): string | undefined =>
  trustProxy === 0 ? request.socket.remoteAddress : proxyAddr(request, (_address, hop) => hop < trustProxy)

/** Remembers the names of clients, because parsing an address costs microseconds in every request. */
const names = new Map<string, string>()
/** Bounds of the memory for names: more clients than ordinary traffic has, and an IPv6 address with brackets and port. */
const NAMES_MAX = 1000
const TEXT_MAX = 53

/** The name under which the client is counted. */
export function clientName(request: IncomingMessage, trustProxy: number): string {
  const text = addressText(request, trustProxy) ?? ''
  const known = names.get(text)
  if (known !== undefined) return known
  const name = networkOf(parseAddress(text))
  if (names.size >= NAMES_MAX) names.clear()
  if (text.length <= TEXT_MAX) names.set(text, name)
  return name
}
