import { z } from 'zod'

/** Events of one action, unless an admin asks for it. */
export const EVENTS_MAX = 10_000

/** More ids would make the row itself too large. */
const IDS_MAX = 20_000

export const word = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .refine((text) => !text.includes('\0'), 'must not contain NUL')

/** Provider's ids of events, sorted and without repetitions, so that two filters for the same events are equal. */
export const ids = z
  .array(word)
  .min(1)
  .max(IDS_MAX)
  .transform((all) => [...new Set(all)].sort())

/** A time, as ISO 8601 in UTC. */
export const time = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time in ISO 8601')
  .transform((text) => new Date(text).toISOString())

/** Maximum number per second. */
export const rate = z.number().int().min(1).max(1_000)

/** @param shown the names of the properties of which at least one must be there */
export const needsOneOf = (names: readonly string[]) => ({
  check: (filter: Record<string, unknown>): boolean => names.some((name) => filter[name] !== undefined),
  message: `must have at least one of ${names.join(', ')}`,
})
