import { EVENT_STATUSES } from '@sluice/database/inspect'
import { z } from 'zod'

/** Longer than any id. */
const LONGEST = 255

/** A text; an empty one is none. */
export const word = z
  .string()
  .trim()
  .max(LONGEST)
  .refine((text) => !text.includes('\0'), 'must not contain NUL')
  .optional()
  .transform((text) => text || undefined)

/** A time in ISO 8601; an empty text is none. */
export const date = z
  .string()
  .optional()
  .transform((text, context) => {
    if (!text) return undefined
    const time = new Date(text)
    if (!Number.isNaN(time.getTime())) return time
    context.addIssue({ code: 'custom', message: 'must be a time in ISO 8601' })
    return z.NEVER
  })

/** Seconds of each range of time. */
export const RANGES = { '1h': 3_600, '24h': 86_400, '7d': 604_800 } as const

export const range = z.enum(['1h', '24h', '7d']).default('24h')

export const sinceOf = (range: keyof typeof RANGES): Date => new Date(Date.now() - RANGES[range] * 1_000)

/** The filter of a list of events, which the stream takes too. */
export const eventFilter = z.object({
  provider: word,
  type: word,
  status: z
    .enum(['', ...EVENT_STATUSES])
    .optional()
    .transform((status) => status || undefined),
  customer: word,
  user: word,
  since: date,
  until: date,
  q: word,
})

/** The id of a row. */
export const cursor = z
  .string()
  .regex(/^\d{0,18}$/, 'must be the `next` of a page')
  .optional()
  .transform((text) => text || undefined)

export const PAGE_MAX = 100

export const limit = z.coerce.number().int().min(1).max(PAGE_MAX).default(50)
