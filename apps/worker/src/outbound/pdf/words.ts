import { chooseTag, fill, formatDate, formatMoney, formatPeriod, type Language, languageOf } from '@sluice/emails'
import { type Labels, labelsOf } from './labels.ts'

/** How a document speaks: its labels, and amounts and dates in its language. */
export interface Words {
  language: Language
  /** The language of the reader, with its region if known. */
  locale: string
  labels: Labels
  money(amount: bigint | number): string
  day(date: Date): string
  period(start: Date, end: Date): string
  /** A label with its placeholders filled. */
  say(label: keyof Labels, values: Record<string, string>): string
}

/**
 * @param locales languages of the reader, most wanted first; null if none are known
 * @param otherwise tag of the language for readers of other languages
 */
export function wordsFor(locales: string | null, currency: string, otherwise: string): Words {
  const tag = chooseTag(locales, otherwise)
  const language = languageOf(tag) ?? 'en'
  const labels = labelsOf(language)
  return {
    language,
    locale: locales?.split(',')[0]?.trim() || tag,
    labels,
    money: (amount) => formatMoney(amount, currency, language),
    day: (date) => formatDate(date, language),
    period: (start, end) => formatPeriod(start, end, language),
    say: (label, values) => fill(labels[label], values),
  }
}
