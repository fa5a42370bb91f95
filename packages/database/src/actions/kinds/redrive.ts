import { z } from 'zod'
import { ids, needsOneOf, rate, time, word } from './filter.ts'
import { defineKind } from './kind.ts'

/** Open dead letters that meet all of these. */
export const deadLetterFilter = {
  ids: ids.optional(),
  fingerprint: word.optional(),
  /** Event type, or kind of effect. A `*` at the end matches any suffix. */
  type: word.optional(),
  /** The code at the start of the error, such as `handler_threw`. */
  cause: word.optional(),
  since: time.optional(),
  until: time.optional(),
}

const some = needsOneOf(Object.keys(deadLetterFilter))

/** Dead letters go back to the queue. Those that fail again meanwhile are left. */
export const redrive = defineKind({
  kind: 'redrive',
  filter: z.strictObject({ ...deadLetterFilter, rate: rate.optional() }).refine(some.check, some.message),
  needsReason: true,
})
