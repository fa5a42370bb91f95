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

/** A loop, because every request passes here twice: before and after its body is read. */
function parseSignatureHeader(header: string): SignatureHeader {
  const timestamps: string[] = []
  const signatures: string[] = []
  for (const entry of header.split(',')) {
    if (entry.startsWith('t=')) timestamps.push(entry.slice('t='.length))
    else if (entry.startsWith('v1=') && entry.length > 'v1='.length) signatures.push(entry.slice('v1='.length))
  }
  const [timestamp, ...others] = timestamps
  if (timestamp === undefined || others.length > 0 || signatures.length === 0) {
    throw new RefusalError('invalid_signature', 'malformed_header')
  }
  return { timestamp, signatures }
}
