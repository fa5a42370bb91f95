import type { Language } from './languages.ts'

/** Currencies without decimals: https://docs.stripe.com/currencies#zero-decimal */
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '))
/** Currencies with whole amounts only, which Stripe sends with two decimals: https://docs.stripe.com/currencies#special-cases */
const WHOLE_WITH_TWO_DECIMALS = new Set(['isk', 'ugx'])

/** Dates in English put the day first, which is unambiguous with the month as a word. */
const FORMATS: Record<Language, { numbers: string; dates: string }> = {
  en: { numbers: 'en-US', dates: 'en-GB' },
  de: { numbers: 'de', dates: 'de' },
  fr: { numbers: 'fr', dates: 'fr' },
  es: { numbers: 'es', dates: 'es' },
  pt: { numbers: 'pt-BR', dates: 'pt-BR' },
  ja: { numbers: 'ja', dates: 'ja' },
}

/** Making a format takes a hundred times as long as using it. */
const numberFormats = new Map<string, Intl.NumberFormat>()
const dateFormats = new Map<Language, Intl.DateTimeFormat>()
const countryNames = new Map<Language, Intl.DisplayNames>()

function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([language, options])
  const format = numberFormats.get(key) ?? new Intl.NumberFormat(FORMATS[language].numbers, options)
  numberFormats.set(key, format)
  return format
}

function dateFormat(language: Language): Intl.DateTimeFormat {
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const
  const format = dateFormats.get(language) ?? new Intl.DateTimeFormat(FORMATS[language].dates, options)
  dateFormats.set(language, format)
  return format
}

function countryNamesIn(language: Language): Intl.DisplayNames {
  const names = countryNames.get(language) ?? new Intl.DisplayNames(FORMATS[language].numbers, { type: 'region' })
  countryNames.set(language, names)
  return names
}

/**
 * Formats an amount: `$1,234.50`, `1.234,50 €`, `¥1,980`, `KWD 1.250`. Its spaces are no-break spaces.
 *
 * @param amount in the minor unit that Stripe uses for the currency, which is not always that of ISO 4217.
 */
export function formatMoney(amount: bigint | number, currency: string, language: Language): string {
  const code = currency.toLowerCase()
  const digits = digitsOf(code)
  const decimal = decimalOf(BigInt(amount), digits)
  if (!/^[a-z]{3}$/.test(code)) return `${code.toUpperCase()}\u00a0${decimal}`
  const format = numberFormat(language, {
    style: 'currency',
    currency: code,
    minimumFractionDigits: WHOLE_WITH_TWO_DECIMALS.has(code) ? 0 : digits,
    maximumFractionDigits: digits,
  })
  return format.format(decimal).replaceAll('￥', '¥') // the full-width sign of Japanese stands apart from its number
}

/**
 * Formats a price that may have parts of the minor unit, as of metered products: `$0.000125`.
 *
 * @param price a decimal number of minor units, such as `250` or `0.0125`
 */
export function formatUnitPrice(price: string, currency: string, language: Language): string {
  const [, sign = '', whole = '0', parts = ''] = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(price) ?? []
  const code = currency.toLowerCase()
  if (parts === '' || !/^[a-z]{3}$/.test(code)) return formatMoney(BigInt(sign + whole), currency, language)
  const decimal = `${decimalOf(BigInt(sign + whole), digitsOf(code))}${digitsOf(code) === 0 ? '.' : ''}${parts}`
  return numberFormat(language, {
    style: 'currency',
    currency: code,
    maximumFractionDigits: digitsOf(code) + parts.length,
  })
    .format((sign && whole === '0' ? `-${decimal}` : decimal) as Intl.StringNumericLiteral)
    .replaceAll('￥', '¥')
}

/** `19%`, `8.25%`, `19 %` */
export const formatPercent = (percent: number, language: Language): string =>
  numberFormat(language, { style: 'percent', maximumFractionDigits: 4 }).format(percent / 100)

/** `1,234`, `1.234` */
export const formatNumber = (value: number, language: Language): string =>
  numberFormat(language, { maximumFractionDigits: 12 }).format(value)

/** `Germany`, `Deutschland`; the code itself for an unknown country. */
export function formatCountry(code: string, language: Language): string {
  if (!/^[a-z]{2}$/i.test(code)) return code
  return countryNamesIn(language).of(code.toUpperCase()) ?? code
}

/** The day in UTC with its month as a word: `5 January 2026`, `5. Januar 2026`, `2026年1月5日`. */
export function formatDate(date: Date, language: Language): string {
  const text = dateFormat(language).format(date)
  return language === 'fr' ? text.replace(/^1 /, '1er ') : text
}

/**
 * `1 January 2026 – 1 February 2026`: a period ends when the next one starts, and both days are shown as Stripe gives
 * them.
 */
export const formatPeriod = (start: Date, end: Date, language: Language): string =>
  `${formatDate(start, language)}${language === 'ja' ? ' ～ ' : ' – '}${formatDate(end, language)}`

/** A value of an e-mail before its language is known: a date is shown as its day. */
export type Value = string | Date | Money | Period

export interface Money {
  /** In the currency's minor unit. */
  amount: bigint | number
  currency: string
}

export interface Period {
  start: Date
  end: Date
}

export function formatValue(value: Value, language: Language): string {
  if (typeof value === 'string') return value
  if (value instanceof Date) return formatDate(value, language)
  if ('currency' in value) return formatMoney(value.amount, value.currency, language)
  const days = [value.start, value.end].map((day) => formatDate(day, language).replaceAll(' ', '\u00a0'))
  return days.join(language === 'ja' ? ' ～ ' : ' – ') // a line ends between the days at most
}

function digitsOf(code: string): number {
  if (ZERO_DECIMAL.has(code)) return 0
  return THREE_DECIMAL.has(code) ? 3 : 2
}

/** Exact at any size, unlike a division of numbers. */
function decimalOf(amount: bigint, digits: number): Intl.StringNumericLiteral {
  const sign = amount < 0n ? '-' : ''
  const padded = `${amount < 0n ? -amount : amount}`.padStart(digits + 1, '0')
  const text = digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`
  return `${sign}${text}` as Intl.StringNumericLiteral
}
