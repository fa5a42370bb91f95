import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { RefusalError } from '@sluice/events'
import { anyMatches, requiredHeader } from '../headers.ts'
import type { VerifyOptions, WebhookRequest } from '../provider.ts'
import { checkAge } from '../time.ts'

/**
 * Stripe's scheme, `t=<unix seconds>,v1=<hex>[,v1=<hex>]` (https://docs.stripe.com/webhooks#verify-manually).
 * Only `v1` counts. Unlike Stripe's SDK this refuses timestamps in the future and those that are no number.
 * @throws RefusalError `invalid_signature`; `not_configured` without a secret.
 */
export function checkStripeSignature(
  { headers, body }: WebhookRequest,
  secrets: readonly string[],
  options: VerifyOptions,
): void {
  if (secrets.length === 0) throw new RefusalError('not_configured', 'no_secret')
  const { timestamp, signatures } = checkStripeHeaders(headers, options)
  const expected = secrets.map((secret) => stripeSignature(timestamp, body, secret))
  if (!anyMatches(signatures, expected)) throw new RefusalError('invalid_signature', 'no_matching_signature')
}

/**
 * Checks form and time of the signature header.
 * @throws RefusalError `invalid_signature`.
 */
export function checkStripeHeaders(
  headers: IncomingHttpHeaders,
  { toleranceSeconds, now = new Date() }: VerifyOptions,
): SignatureHeader {
  const header = parseSignatureHeader(requiredHeader(headers, 'stripe-signature'))
  checkAge(header.timestamp, toleranceSeconds, now)
  return header
}

interface SignatureHeader {
  timestamp: string
  signatures: string[]
}

/** The key is the whole secret, `whsec_` included; the output is lower-case hex. */
export function stripeSignature(timestamp: string, body: string | Buffer, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')
}

function parseSignatureHeader(header: string): SignatureHeader {
  const entries = header.split(',').map((entry) => entry.split('='))
  const valuesOf = (key: string) => entries.flatMap(([name, value = '']) => (name === key ? [value] : []))
  const [timestamp, ...others] = valuesOf('t')
  const signatures = valuesOf('v1').filter((value) => value !== '')
  if (timestamp === undefined || others.length > 0 || signatures.length === 0) {
    throw new RefusalError('invalid_signature', 'malformed_header')
  }
  return { timestamp, signatures }
}
