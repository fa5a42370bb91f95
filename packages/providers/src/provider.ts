import type { IncomingHttpHeaders } from 'node:http'
import type { VerifiedEvent } from '@sluice/events'
import type { ApiSettings, EndpointQuestion, EndpointState, ProviderApi } from './provider-api.ts'

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
  /** Accepts requests without a signature while no secret is set. Only for providers with `mayBeUnsigned`. */
  allowUnsigned?: boolean
}

export interface SignOptions {
  /** The message's id, where the provider sends one in a header. */
  id?: string
  at?: Date
}

/**
 * A sender of webhooks: all that ingest, the commands, the worker and the docs need to know of it. One folder each;
 * `index.ts` lists them.
 */
export interface Provider {
  /** In its paths, in the ids of its jobs and in the `provider` column of its rows. */
  name: string
  /** As people write it. */
  title: string
  /** Where ingest accepts its webhooks. The first is the one to enter at the provider. */
  paths: readonly [string, ...string[]]

  /** The environment variable with its signing secrets, comma-separated while one is rotated. */
  secretVariable: string
  /** Matches one signing secret. */
  secretPattern: RegExp
  /** The same for people: `whsec_…`. */
  secretShape: string
  /** A new signing secret, for `npm start` and tests. */
  makeSecret(): string
  /** Headers that every signed request has. */
  signatureHeaders: readonly string[]
  /** Whether requests may come unsigned outside production while no secret is set. */
  mayBeUnsigned: boolean
  /** The environment variable with the source addresses that its paths are limited to; null: they cannot be. */
  allowedAddressesVariable: string | null
  maxBodyBytes: number

  /** How its event ids begin, and the key of the body that holds them; null: they are in a header. */
  eventId: { prefix: string; bodyKey: string | null }
  /** The provider's id of the object that an event is about; undefined where it has none. */
  objectId(payload: unknown): string | undefined
  /** Only for a provider of generations: the prediction that an event with this ordering key is about. */
  predictionIdOf?(orderingKey: string): string
  /** A type that is good for a first try. */
  sampleType: string
  /** The body of a plausible event. The same id always gives the same bytes. */
  sample(type: string, id: string): Promise<string>

  /**
   * Checks the signature and only then reads the body.
   * @throws RefusalError and nothing else, whatever the bytes.
   */
  verify(request: WebhookRequest, secrets: readonly string[], options: VerifyOptions): VerifiedEvent
  /** The headers with which the provider itself would send this body. */
  sign(body: string | Buffer, secret: string, options?: SignOptions): Record<string, string>

  /** Null: it cannot be asked. */
  api: ProviderApiDoor | null
}

/**
 * The way to a provider's API. Ingest asks nobody: the functions import the client when they are called, which only the
 * worker and the commands do.
 */
export interface ProviderApiDoor {
  keyVariable: string
  keyPattern: RegExp
  /** The same for people: `a token of Replicate, r8_…`. */
  keyShape: string
  /** What the key is for, in the table of variables. */
  keyDescription: string
  /** The variable of the API's address, for a stand-in. */
  baseVariable: string
  open(settings: ApiSettings): Promise<ProviderApi>
  /** Only where the provider tells which endpoints it has. */
  checkEndpoint?(settings: ApiSettings, question: EndpointQuestion): Promise<EndpointState>
}
