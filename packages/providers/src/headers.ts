import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { RefusalError } from '@sluice/events'
import type { WebhookRequest } from './provider.ts'

/** No sender rotates more secrets than this at once; a header full of guesses is not worth comparing. */
export const MAX_SIGNATURES = 16

/** @throws RefusalError `invalid_signature` when the header is missing, empty or sent in a way that has no single value. */
export function requiredHeader(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name]
  if (typeof value !== 'string' || value === '') throw new RefusalError('invalid_signature', 'missing_header')
  return value
}

/**
 * The event, with what the inbox keeps of its request. Assigned, not spread: an object that begins with a spread and
 * goes on costs V8 ten times as much, which is felt once a request.
 */
export const withRequest = <E extends object>(event: E, { headers, body }: WebhookRequest, kept: readonly string[]) =>
  Object.assign(event, { headers: pickHeaders(headers, kept), rawBody: body })

/** Those of `names` that came, as the text that came. */
function pickHeaders(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

/** Whether one of the signatures sent is one of those expected, in time that tells nothing of how nearly. */
export function anyMatches(sent: readonly string[], expected: readonly string[]): boolean {
  const wanted = expected.map((signature) => Buffer.from(signature))
  return sent.slice(0, MAX_SIGNATURES).some((signature) => {
    const bytes = Buffer.from(signature)
    return wanted.some((right) => right.length === bytes.length && timingSafeEqual(right, bytes))
  })
}
