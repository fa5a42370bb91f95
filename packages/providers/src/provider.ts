import type { IncomingHttpHeaders } from 'node:http'
import type { VerifiedEvent } from '@sluice/events'

/** A webhook request as it came, before anything in it is believed. */
export interface WebhookRequest {
  headers: IncomingHttpHeaders
  /** The exact bytes: a signature is made over them. */
  body: Buffer
}

export interface VerifyOptions {
  /** How far the signed timestamp may be from now, both ways. */
  toleranceSeconds: number
  now?: Date
  /** Takes requests without a signature while no secret is set. Only for providers that say they can. */
  allowUnsigned?: boolean
}

export interface SignOptions {
  /** The message's id, where the provider sends one in a header. */
  id?: string
  at?: Date
}

/** What Sluice knows of a sender of webhooks. One folder each; `index.ts` lists them. */
export interface Provider {
  /** The last part of its route and the prefix of its jobs. */
  name: string
  /** The environment variable with its signing secrets, comma-separated while one is rotated. */
  secretVariable: string
  /** What one signing secret looks like. */
  secretPattern: RegExp
  /** Headers that every signed request has. */
  signatureHeaders: readonly string[]
  maxBodyBytes: number
  /** Whether requests may come unsigned outside production while no secret is set. */
  mayBeUnsigned: boolean
  /** Whether its routes can be limited to known source addresses. */
  allowedAddressesVariable: string | null
  /**
   * Checks the signature and only then reads the body.
   * @throws RefusalError and nothing else, whatever the bytes.
   */
  verify(request: WebhookRequest, secrets: readonly string[], options: VerifyOptions): VerifiedEvent
  /** The headers with which the provider itself would send this body. */
  sign(body: string | Buffer, secret: string, options?: SignOptions): Record<string, string>
}
