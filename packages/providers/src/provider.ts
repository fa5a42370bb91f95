import type { IncomingHttpHeaders } from 'node:http'
import type { VerifiedEvent } from '@sluice/events'
import type { ApiSettings, EndpointQuestion, EndpointState, ProviderApi } from './provider-api.ts'

/** An unverified webhook request. */
export interface WebhookRequest {
  headers: IncomingHttpHeaders
  /** The exact bytes, because they are signed. */
  body: Buffer
}

export interface VerifyOptions {
  /** How far the signed timestamp may differ from the clock, both ways. */
  toleranceSeconds: number
  now?: Date
  /** Accepts requests without a signature while no secret is set. Only for providers with `mayBeUnsigned`. */
  allowUnsigned?: boolean
}

export interface SignOptions {
  /** The message id, if the provider sends it in a header. */
  id?: string
  at?: Date
}

/**
 * A sender of webhooks, as ingest, worker, commands and docs use it. Each provider has its own folder; `list.ts` lists
 * them.
 */
export interface Provider {
  /** Used in paths, job ids and the column `provider`. */
  name: string
  /** The display name. */
  title: string
  /** The paths at which ingest accepts its webhooks. The first is the one to configure at the provider. */
  paths: readonly [string, ...string[]]

  /** The environment variable with its signing secrets, comma-separated while one is rotated. */
  secretVariable: string
  /** Matches one signing secret as the provider makes them. In production, ingest does not start with another one. */
  secretPattern: RegExp
  /** Optional: also matches shorter secrets, which are accepted outside production, with a warning. */
  trialSecretPattern?: RegExp
  /** The form of a secret for error messages and docs: `whsec_ and 32 characters`. */
  secretShape: string
  /** Generates a signing secret, for `npm start` and tests. */
  makeSecret(): string
  /** Headers that every signed request has. */
  signatureHeaders: readonly string[]
  /** Whether unsigned requests are accepted outside production while no secret is set. */
  mayBeUnsigned: boolean
  /** The environment variable with the allowed source addresses; null if they cannot be limited. */
  allowedAddressesVariable: string | null
  maxBodyBytes: number

  /** The prefix of its event ids, and their key in the body; null if they are in a header. */
  eventId: { prefix: string; bodyKey: string | null }
  /** The provider's id of the object that an event is about; undefined if it has none. */
  objectId(payload: unknown): string | undefined
  /** Only for providers of generations: the prediction id in an ordering key. */
  predictionIdOf?(orderingKey: string): string
  /** The type that examples use. */
  sampleType: string
  /**
   * A realistic event body. The same id and time always give the same bytes.
   *
   * @param at when it happened; default: a fixed time
   * @param apiVersion whose shape its objects have, for a provider that has versions; default: the newest
   */
  sample(type: string, id: string, at?: Date, apiVersion?: string): Promise<string>

  /**
   * Optional: checks form and time of the signature headers, so that a request that cannot verify is refused before its
   * body is read. `verify` checks them again.
   * @throws RefusalError `invalid_signature` and no other error, whatever the input.
   */
  checkHeaders?(headers: IncomingHttpHeaders, options: VerifyOptions): void
  /**
   * Checks the signature and only then reads the body.
   * @throws RefusalError and no other error, whatever the input.
   */
  verify(request: WebhookRequest, secrets: readonly string[], options: VerifyOptions): VerifiedEvent
  /** The headers with which the provider would send this body. */
  sign(body: string | Buffer, secret: string, options?: SignOptions): Record<string, string>

  /** Null if Sluice does not use the provider's API. */
  api: ProviderApiDoor | null
}

/**
 * Gives access to a provider's API. Its functions import the client when they are called, because ingest never calls an
 * API and must not load it.
 */
export interface ProviderApiDoor {
  keyVariable: string
  keyPattern: RegExp
  /** The same for error messages: `a Replicate token, r8_…`. */
  keyShape: string
  /** The purpose of the key, for the table of variables. */
  keyDescription: string
  /** The variable with the API's base URL, for a local stand-in. */
  baseVariable: string
  open(settings: ApiSettings): Promise<ProviderApi>
  /** Only if the provider's API lists webhook endpoints. */
  checkEndpoint?(settings: ApiSettings, question: EndpointQuestion): Promise<EndpointState>
}
