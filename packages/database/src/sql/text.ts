/** Postgres takes no NUL in text or jsonb, and no half of a surrogate pair in jsonb. */
export const cleanText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()

/** Words of our own, never of a provider or a host, as a list in SQL. */
export const sqlList = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ')

/** How JSON spells a NUL and any half of a surrogate pair: values without are the rule, and cost nothing here. */
const MAY_BE_UNCLEAN = /\\u(0000|d[89a-f])/i

/** JSON that a jsonb column takes, whatever a provider put into its strings and names. */
export function toJsonb(value: unknown): string {
  const json = JSON.stringify(value ?? null)
  return MAY_BE_UNCLEAN.test(json) ? JSON.stringify(value, cleaned) : json
}

const cleaned = (_key: string, inner: unknown): unknown => {
  if (typeof inner === 'string') return cleanText(inner)
  return isObject(inner) && Object.keys(inner).some(isUnclean) ? withCleanNames(inner) : inner
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isUnclean = (name: string): boolean => name !== cleanText(name)

const withCleanNames = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([name, inner]) => [cleanText(name), inner]))

/** The value of a JSON text, with strings that Postgres takes: a row is found by the same text that it was stored by. */
export const parseClean = (json: string): unknown =>
  MAY_BE_UNCLEAN.test(json)
    ? JSON.parse(json, (_key, inner) => (typeof inner === 'string' ? cleanText(inner) : inner))
    : JSON.parse(json)
