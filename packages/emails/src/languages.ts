/** The languages that every text to a customer is written in. English is the default. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'ja'] as const

export type Language = (typeof LANGUAGES)[number]

/** `de-AT` → `de`; undefined for a tag of another language, or for what is no tag. */
export function languageOf(tag: string): Language | undefined {
  const [base] = (canonicalTag(tag) ?? '').split('-')
  return LANGUAGES.find((language) => language === base)
}

/** A BCP 47 tag in its usual spelling (`pt_br` → `pt-BR`); undefined for what is no tag. */
export function canonicalTag(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.trim().replaceAll('_', '-'))[0]
  } catch {
    return undefined
  }
}

/**
 * Chooses the language of an e-mail.
 *
 * @param wanted tags separated by commas, most wanted first; null if none are known
 * @returns the first tag of a language that we have, with its region, else `otherwise`
 */
export function chooseTag(wanted: string | null, otherwise: string): string {
  const tags = (wanted ?? '').split(',').map(canonicalTag)
  return tags.find((tag) => tag !== undefined && languageOf(tag) !== undefined) ?? otherwise
}
