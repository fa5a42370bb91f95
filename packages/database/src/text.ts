/** Postgres takes no NUL in text or jsonb, and no half of a surrogate pair in jsonb. */
export const cleanText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()

/** JSON that a jsonb column takes, whatever a provider put into its strings and names. */
export const toJsonb = (value: unknown): string =>
  JSON.stringify(value ?? null, (_key, inner) => {
    if (typeof inner === 'string') return cleanText(inner)
    return isObject(inner) && Object.keys(inner).some(isUnclean) ? withCleanNames(inner) : inner
  })

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isUnclean = (name: string): boolean => name !== cleanText(name)

const withCleanNames = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([name, inner]) => [cleanText(name), inner]))
