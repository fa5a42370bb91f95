import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { RefusalError } from '@sluice/events'
import type { WebhookRequest } from './provider.ts'

/** No sender uses more secrets at once; further signatures in a header are not compared. */
export const MAX_SIGNATURES = 16

/** @throws RefusalError `invalid_signature` when the header is missing, empty or sent in a way that has no single value. */
export function requiredHeader(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name]
  if (typeof value !== 'string' || value === '') throw new RefusalError('invalid_signature', 'missing_header')
  return value
}

/**
 * The event with the body and the headers that the inbox keeps. `Object.assign`, because it runs for every request and an
 * object literal with a spread takes V8 ten times as long.
 */
export const withRequest = <E extends object>(event: E, { headers, body }: WebhookRequest, kept: readonly string[]) =>
  Object.assign(event, { headers: pickHeaders(headers, kept), rawBody: body })

/** The headers of these names that the request has. */
function pickHeaders(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

/** Whether one of the sent signatures is one of those expected, compared in constant time. */
export function anyMatches(sent: readonly string[], expected: readonly string[]): boolean {
  const wanted = expected.map((signature) => Buffer.from(signature))
  return sent.slice(0, MAX_SIGNATURES).some((signature) => {
    const bytes = Buffer.from(signature)
    return wanted.some((right) => right.length === bytes.length && timingSafeEqual(right, bytes))
  })
}
