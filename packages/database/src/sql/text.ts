/** Replaces what Postgres rejects: NUL in text and jsonb, and unpaired surrogates in jsonb. */
export const cleanText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()

/** Formats constants as an SQL list. Does not escape them, so never pass external input. */
export const sqlList = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ')

/** Matches the JSON escapes of NUL and surrogates. Most values have none and need no cleaning. */
const MAY_BE_UNCLEAN = /\\u(0000|d[89a-f])/i

/** Serializes a value to JSON that a jsonb column accepts, whatever its strings and names contain. */
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

/** Parses JSON and cleans its strings and names, so that a lookup uses the same text as the stored row. */
export const parseClean = (json: string): unknown =>
  MAY_BE_UNCLEAN.test(json) ? JSON.parse(json, cleaned) : JSON.parse(json)
