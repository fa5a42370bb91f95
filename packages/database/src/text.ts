/** Postgres takes no NUL in text or jsonb, and no half of a surrogate pair in jsonb. */
export const cleanText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()

/** JSON that a jsonb column takes, whatever a provider put into its strings. */
export const toJsonb = (value: unknown): string =>
  JSON.stringify(value ?? null, (_key, inner) => (typeof inner === 'string' ? cleanText(inner) : inner))
