import { z } from 'zod'
import { time, word } from './filter.ts'
import { defineKind } from './kind.ts'

/** Each is a request to a provider. */
const IDS_MAX = 20

/** Asks providers for events that are missing here: those of a period, or these. */
export const reconcile = defineKind({
  kind: 'reconcile',
  filter: z
    .strictObject({
      /** Events of Stripe or predictions of Replicate, which are recorded if they are missing. */
      ids: z.array(word).min(1).max(IDS_MAX).optional(),
      /** Start of the period. Default: three days ago. */
      since: time.optional(),
      /** Whether to record what is missing. Default: it is listed alone. */
      repair: z.boolean().optional(),
    })
    .refine(
      ({ ids, since, repair }) => !ids || (since ?? repair) === undefined,
      'must have either ids, or since and repair',
    ),
  needsReason: true,
})
