import { createHash, createPrivateKey, createPublicKey, hkdfSync, randomBytes, sign, verify } from 'node:crypto'
import type { VerifiedEvent } from '@sluice/events'

/** Proves that ingest put this event into a job. */
export interface EventSignature {
  /** Ed25519 public key, base64url. It proves nothing by itself: Postgres has the list of ingest's keys. */
  key: string
  /** Milliseconds since 1970 at which ingest received the event. */
  receivedAt: number
  /** Ed25519 signature, base64. */
  value: string
}

/** Signs events that ride in jobs. */
export interface EventSigner {
  publicKey: string
  sign(event: VerifiedEvent): EventSignature
}

/** Every field of an event, in the order in which it is signed. The type makes a new field a signed field. */
const FIELDS = Object.keys({
  provider: 0,
  eventId: 0,
  type: 0,
  account: 0,
  livemode: 0,
  apiVersion: 0,
  occurredAt: 0,
  orderingKey: 0,
  customerId: 0,
  subscriptionId: 0,
  headers: 0,
  rawBody: 0,
} satisfies Record<keyof VerifiedEvent, 0>) as (keyof VerifiedEvent)[]

/** Names the format, so that a signature of another one never verifies. */
const FORMAT = 'sluice event in job 1'

/** DER of an Ed25519 private key without its 32 bytes (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * The signer of ingest. Its key is derived from the signing secrets of the providers, which no other process has, so
 * that an ingest that restarts while Postgres is unavailable has the key that is registered already.
 *
 * @param secrets without any, the key is random: then everybody may send events anyway.
 */
export function createEventSigner(secrets: readonly string[]): EventSigner {
  const material = secrets.length > 0 ? [...secrets].sort().join('\n') : randomBytes(32)
  const seed = Buffer.from(hkdfSync('sha256', material, '', FORMAT, 32))
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey).export({ format: 'jwk' }).x as string
  return {
    publicKey,
    sign: (event) => {
      const receivedAt = Date.now()
      const value = sign(null, signedBytes(event, receivedAt), privateKey).toString('base64')
      return { key: publicKey, receivedAt, value }
    },
  }
}

/** Whether the holder of `signature.key` signed exactly this event. False for anything malformed. */
export function isSignedBy({ key, receivedAt, value }: EventSignature, event: VerifiedEvent): boolean {
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' })
    return verify(null, signedBytes(event, receivedAt), publicKey, Buffer.from(value, 'base64'))
  } catch {
    return false
  }
}

function signedBytes(event: VerifiedEvent, receivedAt: number): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, receivedAt, ...FIELDS.map((field) => textOf(event[field]))]))
}

/** @throws on a value that JSON would write like another one, so that no two events have the same text. */
function textOf(value: VerifiedEvent[keyof VerifiedEvent]): unknown {
  if (Buffer.isBuffer(value)) return createHash('sha256').update(value).digest('hex')
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object' && value !== null) return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  if (value === undefined) throw new TypeError('a field of the event is missing')
  return value
}
