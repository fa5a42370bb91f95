import { z } from 'zod'
import type { Draft } from './draft.ts'
import type { Value } from './format.ts'
import { EMAIL_KINDS, kindOf } from './kinds.ts'

/** A draft as JSON, by which the same e-mail can be written again. Details are pairs: jsonb orders properties by name. */
export const keptDraft = ({ values, details, ...rest }: Draft): Record<string, unknown> => ({
  ...rest,
  values: Object.fromEntries(kept(values)),
  ...(details && { details: kept(details) }),
})

/** @throws {z.ZodError} for one that this version cannot write */
export const draftFrom = (json: unknown): Draft => KeptDraft.parse(json) as Draft

const date = z.iso.datetime().transform((text) => new Date(text))

const KeptValue = z.union([
  z.string(),
  z.strictObject({ date }).transform((value) => value.date),
  z.strictObject({
    amount: z
      .string()
      .regex(/^-?\d+$/)
      .transform(BigInt),
    currency: z.string(),
  }),
  z.strictObject({ start: date, end: date }),
])

const KeptDraft = z
  .strictObject({
    kind: z.enum(EMAIL_KINDS),
    variant: z.string().optional(),
    values: z.record(z.string(), KeptValue),
    details: z
      .array(z.tuple([z.string(), KeptValue.nullable()]))
      .transform(Object.fromEntries)
      .optional(),
    link: z.string().nullish(),
    isTest: z.boolean(),
  })
  .refine(({ kind, variant, values }) => {
    const { values: names, variants } = kindOf(kind)
    const more = variant === undefined ? [] : variants[variant]
    return more !== undefined && [...names, ...more].every((name) => Object.hasOwn(values, name))
  }, 'must have a known variant and a value for each of its placeholders')

const kept = (values: Record<string, Value | null | undefined>): [name: string, value: unknown][] =>
  Object.entries(values).map(([name, value]) => [name, value && keptValue(value)])

function keptValue(value: Value): unknown {
  if (typeof value === 'string') return value
  if (value instanceof Date) return { date: value.toISOString() }
  return 'currency' in value ? { ...value, amount: String(value.amount) } : value
}
