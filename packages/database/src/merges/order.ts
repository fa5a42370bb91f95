import { createHash } from 'node:crypto'
import { toJsonb } from '../sql/text.ts'

/** Equal contents have equal digests. The last tie-breaker between facts of the same second. */
export const digestOf = (contents: unknown): string => digestOfJson(toJsonb(sorted(contents)))

/** For contents whose fields are always made in one order: half the time of `digestOf`. */
export const digestInOrder = (contents: unknown): string => digestOfJson(JSON.stringify(contents))

/** For JSON of contents whose fields are always in one order. The parts are hashed as if they were one text. */
export function digestOfJson(...parts: string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex').slice(0, 32)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

/** Replaces a time that the provider left out. Later than any other time. */
export const UNKNOWN_TIME = '9999-12-31T23:59:59.999Z'

export type Comparable = string | number | boolean

/** Compares position by position: the first difference decides. */
export function compare(a: Comparable[], b: Comparable[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (right === undefined || left === right) continue
    return left < right ? -1 : 1
  }
  return 0
}

/** The greater of two by `order`. */
export const later = <T>(a: T, b: T, order: (one: T) => Comparable[]): T => (compare(order(a), order(b)) >= 0 ? a : b)

/** The greater of two, either of which may be missing. */
export const greatest = <T>(a: T | undefined, b: T | undefined, order: (one: T) => Comparable[]): T | undefined =>
  a === undefined || b === undefined ? (a ?? b) : later(a, b, order)

/** The lesser of two, either of which may be missing. */
export function least<T>(a: T | undefined, b: T | undefined, order: (one: T) => Comparable[]): T | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return compare(order(a), order(b)) <= 0 ? a : b
}

/** For a value that never changes: a known value wins over a missing one. */
export const known = <T extends Comparable>(a: T | null | undefined, b: T | null | undefined): T | undefined =>
  greatest(a ?? undefined, b ?? undefined, (one) => [one])

/** Drops undefined values, as jsonb does. */
export const compact = <T extends object>(registers: T): T =>
  Object.fromEntries(Object.entries(registers).filter(([, value]) => value !== undefined)) as T
