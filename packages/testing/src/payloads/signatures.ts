import { writtenPayloads } from './payload.ts'

/** A signed request and what must become of it. The digests were made with `openssl dgst`, not with our code. */
export interface SignatureVector {
  name: string
  /** The secrets that the receiver knows. */
  secrets: string[]
  headers: Record<string, string>
  body: string
  /** Unix seconds at which it is received. */
  receivedAt: number
  /** `valid`, or the reason of the refusal. */
  expected: string
}

export function signatureVectors(scheme: 'stripe' | 'standard-webhooks'): SignatureVector[] {
  const file = writtenPayloads('signatures').find(({ name }) => name === scheme)
  return JSON.parse(String(file?.body))
}
