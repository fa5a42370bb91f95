import { cleanText } from '../sql/text.ts'

/**
 * Whether jsonb would keep both values alike. Makes no copy, and skips what both share, since registers may hold an
 * output of megabytes.
 */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  const [one, other] = [plainOf(a), plainOf(b)]
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other
  if (Array.isArray(one) || Array.isArray(other)) return areSameLists(one, other)
  return hasSameFields(one, other) && hasSameFields(other, one)
}

/** As `JSON.stringify` writes it, for one level: a date is text, and what JSON cannot say is null. */
function plainOf(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (value instanceof Date) return value.toJSON()
  if (typeof value === 'number' && !Number.isFinite(value)) return null
  return value === undefined ? null : value
}

const areSameLists = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, index) => isSameJson(one, b[index]))

/** Whether each field of `a` is the same in `b`. A missing field and an undefined one are alike. */
function hasSameFields(a: object, b: object): boolean {
  for (const [name, value] of Object.entries(a)) {
    if (value === undefined) continue
    const other: unknown = Object.hasOwn(b, name) ? b[name as keyof typeof b] : undefined
    if (other === undefined || !isSameJson(value, other)) return false
  }
  return true
}
