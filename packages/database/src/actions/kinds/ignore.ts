import { z } from 'zod'
import { time } from './filter.ts'
import { group } from './group.ts'
import { defineKind } from './kind.ts'

/** Nobody is notified of these dead letters until a time; default: until somebody reopens the group. */
export const ignore = defineKind({
  kind: 'ignore',
  filter: z.strictObject({ ...group, until: time.optional() }),
  needsReason: true,
})
