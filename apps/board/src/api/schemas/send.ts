import { providers } from '@sluice/providers'
import { API_VERSIONS } from '@sluice/simulator'
import { z } from 'zod'

const word = z.string().trim().max(255)

/** Longer than providers send. */
const BODY_MAX = 5_000_000

/** `GET /api/send`: what can be sent. 404 in production. */
export const SendChoices = z.object({
  providers: z.array(
    z.object({
      provider: z.string(),
      /** The type that examples use. */
      first: z.string(),
      /** Types with a handler; others are recorded as ignored. */
      types: z.array(z.string()),
      /** Whether the board can sign as this provider. */
      canSign: z.boolean(),
    }),
  ),
  /** API versions of Stripe that samples can have, oldest first. */
  versions: z.array(z.string()),
  /** Whether users and generation jobs are made for what is sent. */
  makesHostRows: z.boolean(),
})

export type SendChoices = z.output<typeof SendChoices>

/** An empty text is none. */
const optionalWord = (form: RegExp, message: string) =>
  word
    .regex(form, message)
    .optional()
    .transform((text) => text || undefined)

const VERSION = `must be one of ${API_VERSIONS.join(', ')}`

const isVersion = (text: string | undefined): boolean => !text || API_VERSIONS.some((version) => version === text)

const sample = {
  provider: z.enum(providers.map(({ name }) => name)),
  type: word.regex(/^[\w.-]+$/, 'must be the type of an event, such as invoice.paid'),
  id: optionalWord(/^[\w-]*$/, 'must be letters, digits, _ and -'),
  customer: optionalWord(/^(cus_\w+)?$/, 'must be cus_ and letters or digits'),
  apiVersion: optionalWord(/^[\w.-]*$/, VERSION).refine(isVersion, VERSION),
}

/** `GET /api/send/sample`. */
export const SampleQuery = z.object({ ...sample, isThin: z.stringbool().default(false) })

/** `GET /api/send/sample`. */
export const Sample = z.object({ id: z.string(), body: z.string() })

export type Sample = z.output<typeof Sample>

/** `POST /api/send`. */
export const SendRequest = z.object({
  ...sample,
  isThin: z.boolean().default(false),
  /** Sent as it is, in place of the sample. */
  body: z.string().max(BODY_MAX).optional(),
  isDuplicate: z.boolean().default(false),
  isLate: z.boolean().default(false),
  isForged: z.boolean().default(false),
})

export type SendRequest = z.input<typeof SendRequest>

/** `POST /api/send/lifecycles`: whole lives of customers and predictions, as `sluice seed` sends them. */
export const SeedRequest = z.object({
  events: z.number().int().min(1).max(500),
  seed: word.min(1),
  /** Duplicates per event. */
  duplicates: z.number().min(0).max(2).default(0),
  isShuffled: z.boolean().default(false),
})

export type SeedRequest = z.input<typeof SeedRequest>

/** Answer of both. */
export const SendResult = z.object({
  /** The first hundred. */
  sent: z.array(z.object({ provider: z.string(), id: z.string(), status: z.number(), outcome: z.string() })),
  count: z.number(),
  recorded: z.number(),
  duplicates: z.number(),
  refused: z.number(),
  /** The first request by curl; null for lifecycles. */
  curl: z.string().nullable(),
  /** The same by the command line; null if it cannot: it signs nothing wrongly, and sends JSON alone. */
  command: z.string().nullable(),
})

export type SendResult = z.output<typeof SendResult>
