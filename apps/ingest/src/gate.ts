import type { BlockList } from 'node:net'
import { Refusal } from '@sluice/events'
import type { Provider } from '@sluice/providers'
import type { Request } from 'express'
import { includes, plainAddress } from './address-list.ts'

/** What is refused before the body is read. */
export function checkSender(request: Request, allowed: BlockList | null): void {
  if (allowed && !includes(allowed, clientAddress(request))) throw new Refusal('forbidden', 'address')
  if (request.method !== 'POST') throw new Refusal('method_not_allowed', 'method')
}

/** What is refused before the signature is looked at. A request without one is not worth another reason. */
export function checkForm({ headers }: Request, provider: Provider, unsigned: boolean): void {
  const isSigned = provider.signatureHeaders.every((name) => headers[name])
  if (!unsigned && !isSigned) throw new Refusal('invalid_signature', 'missing_header')
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new Refusal('unsupported_encoding', 'encoding')
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') throw new Refusal('unsupported_media_type', 'media_type')
}

/** As far as the proxies in front of us are trusted. */
export const clientAddress = (request: Request): string => plainAddress(request.ip)
