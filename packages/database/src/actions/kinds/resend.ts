import { z } from 'zod'
import { defineKind } from './kind.ts'

/** A person chooses them one by one. */
const EFFECTS_MAX = 100

/** Effects, by the ids of their rows: dead ones are tried again, and ended ones are carried out once more. */
export const resend = defineKind({
  kind: 'resend',
  filter: z.strictObject({
    effects: z
      .array(z.uuid())
      .min(1)
      .max(EFFECTS_MAX)
      .transform((ids) => [...new Set(ids)].sort()),
  }),
  needsReason: true,
})
