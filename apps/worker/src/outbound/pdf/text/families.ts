/**
 * The fonts of documents, all of them Noto: https://fonts.google.com/noto. Each package has a family in slices of some
 * hundred characters, so that a text needs only a few small files. The first family that has a character is used.
 */
const SCRIPTS = `noto-sans noto-sans-arabic noto-sans-hebrew noto-sans-thai noto-sans-bengali
  noto-sans-gujarati noto-sans-gurmukhi noto-sans-kannada noto-sans-malayalam noto-sans-oriya noto-sans-sinhala
  noto-sans-tamil noto-sans-telugu noto-sans-khmer noto-sans-lao noto-sans-myanmar noto-sans-ethiopic
  noto-sans-armenian noto-sans-georgian`.split(/\s+/)

const SYMBOLS = ['noto-sans-symbols', 'noto-emoji']

/** Chinese, Japanese and Korean share characters that each of them draws in its own way. */
const HAN = {
  ja: ['noto-sans-jp', 'noto-sans-sc', 'noto-sans-tc', 'noto-sans-kr'],
  ko: ['noto-sans-kr', 'noto-sans-jp', 'noto-sans-sc', 'noto-sans-tc'],
  'zh-Hans': ['noto-sans-sc', 'noto-sans-tc', 'noto-sans-jp', 'noto-sans-kr'],
  'zh-Hant': ['noto-sans-tc', 'noto-sans-sc', 'noto-sans-jp', 'noto-sans-kr'],
}

export type Han = keyof typeof HAN

/** An emoji, or a character that the writer asked to be shown as one. */
const EMOJI = /\p{Emoji_Presentation}|\ufe0f|\u200d/u

/** Families in the order in which they are asked for a character. */
export const familiesFor = (cluster: string, han: Han): string[] =>
  EMOJI.test(cluster) ? ['noto-emoji', ...SCRIPTS, ...HAN[han]] : [...SCRIPTS, ...HAN[han], ...SYMBOLS]

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u
const HANGUL = /\p{Script=Hangul}/u
const BOPOMOFO = /\p{Script=Bopomofo}/u

/** How a text draws Chinese characters: as its own letters tell, else as the reader's language does. */
export function hanOf(text: string, locale: string): Han {
  if (KANA.test(text)) return 'ja'
  if (HANGUL.test(text)) return 'ko'
  if (BOPOMOFO.test(text)) return 'zh-Hant'
  if (/^ja/i.test(locale)) return 'ja'
  if (/^ko/i.test(locale)) return 'ko'
  return /^zh-(Hant|TW|HK|MO)/i.test(locale) ? 'zh-Hant' : 'zh-Hans'
}
