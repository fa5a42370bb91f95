import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { RefusalError } from '@sluice/events'
import { anyMatches, requiredHeader } from '../headers.ts'
import type { VerifyOptions, WebhookRequest } from '../provider.ts'
import { checkAge } from '../time.ts'

/**
 * Replicate signs by Standard Webhooks (https://replicate.com/docs/topics/webhooks/verify-webhook,
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): `v1` entries only.
 * @throws RefusalError `invalid_signature`; `not_configured` without a secret.
 */
export function checkReplicateSignature(
  { headers, body }: WebhookRequest,
  secrets: readonly string[],
  options: VerifyOptions,
): void {
  if (secrets.length === 0) throw new RefusalError('not_configured', 'no_secret')
  const { id, timestamp, signatures } = checkReplicateHeaders(headers, options)
  const expected = secrets.map((secret) => replicateSignature(id, timestamp, body, secret))
  if (!anyMatches(signatures, expected)) throw new RefusalError('invalid_signature', 'no_matching_signature')
}

/**
 * Checks form and time of the signature headers.
 * @throws RefusalError `invalid_signature`.
 */
export function checkReplicateHeaders(
  headers: IncomingHttpHeaders,
  { toleranceSeconds, now = new Date() }: VerifyOptions,
): { id: string; timestamp: string; signatures: string[] } {
  const id = requiredHeader(headers, 'webhook-id')
  const timestamp = requiredHeader(headers, 'webhook-timestamp')
  const signatures = requiredHeader(headers, 'webhook-signature').split(' ')
  checkAge(timestamp, toleranceSeconds, now)
  if (!signatures.some((signature) => /^v1,./.test(signature))) {
    throw new RefusalError('invalid_signature', 'no_matching_signature')
  }
  return { id, timestamp, signatures }
}

/** One entry of `webhook-signature`. The key is the part after `whsec_`, in base64. */
export function replicateSignature(id: string, timestamp: string, body: string | Buffer, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
}
