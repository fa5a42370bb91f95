import { z } from 'zod'
import { ids, needsOneOf, time, word } from './filter.ts'
import { defineKind } from './kind.ts'

/** Finished events that meet all of these. */
export const replayFilter = {
  ids: ids.optional(),
  /** Received at this time or later. */
  since: time.optional(),
  /** Received at this time or earlier. Default: when it was previewed. */
  until: time.optional(),
  /** A `*` at the end matches any suffix. */
  type: word.optional(),
  customer: word.optional(),
  prediction: word.optional(),
}

const some = needsOneOf(Object.keys(replayFilter))

/** Recorded events are processed again. Needs a preview of the same filter by the same handlers. */
export const replay = defineKind({
  kind: 'replay',
  filter: z.strictObject(replayFilter).refine(some.check, some.message),
  needsReason: true,
})
