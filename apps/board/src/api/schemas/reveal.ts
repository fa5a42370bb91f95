import { z } from 'zod'
import { time } from './common.ts'

/** `GET /api/events/:provider/:id/body`, within ten minutes of an action of kind `reveal` by the same person. */
export const RevealedBody = z.object({
  revealedUntil: time,
  /** The body as it was received, its first part if it is long; null once it is erased, or if it is no text. */
  text: z.string().nullable(),
  isCut: z.boolean(),
  /** Length of the whole body; null once it is erased. */
  bytes: z.number().nullable(),
  headers: z.record(z.string(), z.unknown()),
})

export type RevealedBody = z.output<typeof RevealedBody>

/** `GET /api/customers/:id/address` and others, likewise. */
export const RevealedAddress = z.object({ revealedUntil: time, address: z.string().nullable() })

export type RevealedAddress = z.output<typeof RevealedAddress>

/** `GET /api/emails/:key/rendering`, likewise. A worker renders it; `/rendering.html` then answers the HTML. */
export const RevealedEmail = z.object({
  revealedUntil: time,
  /** Of the action: `queued, running, done, failed, refused, stopped`. */
  state: z.string(),
  /** Why it cannot be rendered; null if it can, or while the action waits. */
  problem: z.string().nullable(),
  /** Null while the action waits, like the text. */
  subject: z.string().nullable(),
  text: z.string().nullable(),
})

export type RevealedEmail = z.output<typeof RevealedEmail>
