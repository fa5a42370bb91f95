import { z } from 'zod'
import { needsOneOf } from './filter.ts'
import { defineKind } from './kind.ts'
import { deadLetterFilter } from './redrive.ts'
import { replayFilter } from './replay.ts'

export const PREVIEWED = ['redrive', 'replay'] as const

export type Previewed = (typeof PREVIEWED)[number]

const DEAD_LETTERS = ['fingerprint', 'cause'] as const
const FINISHED = ['customer', 'prediction'] as const

const some = needsOneOf(Object.keys({ ...deadLetterFilter, ...replayFilter }))

const isOneOfBoth = (filter: Record<string, unknown>): boolean =>
  !(DEAD_LETTERS.some((name) => filter[name] !== undefined) && FINISHED.some((name) => filter[name] !== undefined))

/** Finds the changes that a redrive or a replay with the same filter would make, and makes none. */
export const preview = defineKind({
  kind: 'preview',
  filter: z
    .strictObject({
      ...deadLetterFilter,
      ...replayFilter,
      /** Default: a redrive if the filter names a fingerprint or a cause, or if only dead letters match; else a replay. */
      of: z.enum(PREVIEWED).optional(),
    })
    .refine(some.check, some.message)
    .refine(isOneOfBoth, `must not name ${DEAD_LETTERS.join(' or ')} together with ${FINISHED.join(' or ')}`),
  needsReason: false,
})

/** Which of both a filter means; undefined: what matches decides. */
export function previewedBy(filter: Record<string, unknown>): Previewed | undefined {
  const of = PREVIEWED.find((name) => name === filter['of'])
  if (of) return of
  if (DEAD_LETTERS.some((name) => filter[name] !== undefined)) return 'redrive'
  return FINISHED.some((name) => filter[name] !== undefined) ? 'replay' : undefined
}
