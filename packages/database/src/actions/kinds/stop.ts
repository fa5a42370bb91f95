import { z } from 'zod'
import { defineKind } from './kind.ts'

/** Ends another action after its current step. What it has done stays done. */
export const stop = defineKind({
  kind: 'stop',
  filter: z.strictObject({ id: z.string().regex(/^\d{1,18}$/, 'must be the id of an action') }),
  needsReason: false,
})
