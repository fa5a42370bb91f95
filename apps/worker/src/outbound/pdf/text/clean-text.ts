import { cutText } from '@sluice/emails'

/** Longer texts are cut: no field of Stripe is longer. */
const LENGTH_MAX = 5_000

/** Control characters, and invisible characters that only reorder or break the text around them. */
const DROPPED = /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]/gu

/** Spaces of any width, of which fonts rarely have more than one. */
const SPACES = /[\t\u00a0\u1680\u2000-\u200a\u202f\u205f]/g

/** Text as documents set it: well-formed, composed, without control characters. It keeps the line breaks. */
export const cleanText = (text: string): string =>
  cutText(text, LENGTH_MAX)
    .replace(/\p{Cs}/gu, '\ufffd')
    .normalize('NFC')
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .map((line) => line.replace(SPACES, ' ').replace(DROPPED, ''))
    .join('\n')
