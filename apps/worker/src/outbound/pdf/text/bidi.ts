import bidiModule, { type Bidi } from 'bidi-js'

/** The bidirectional algorithm of Unicode (https://www.unicode.org/reports/tr9). The package types its factory wrongly. */
const bidi = (bidiModule as unknown as () => Bidi)()

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** The embedding level of each UTF-16 unit of a paragraph: odd levels are read from right to left. */
export const levelsOf = (paragraph: string): Uint8Array =>
  RIGHT_TO_LEFT.test(paragraph) ? bidi.getEmbeddingLevels(paragraph).levels : new Uint8Array(paragraph.length)

/** A bracket as it stands in text from right to left. */
export const mirrored = (char: string): string => bidi.getMirroredCharacter(char) ?? char
