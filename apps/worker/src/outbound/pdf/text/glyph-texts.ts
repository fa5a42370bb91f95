/** A glyph, and the position in the text at which its cluster begins. */
interface ShapedGlyph {
  /** Id of the glyph. */
  codepoint: number
  cluster: number
}

/** Finds the characters that each glyph of a text stands for, for search and copy. */
export type GlyphTexts = (text: string, glyphs: ShapedGlyph[]) => number[][]

/**
 * A glyph stands for its own character if it has one. Characters that have no glyph of their own, as in a ligature, go
 * to the first other glyph of their cluster.
 *
 * @param glyphOfChar the characters of a font, each with its glyph
 */
export function createGlyphTexts(glyphOfChar: ReadonlyMap<number, number>): GlyphTexts {
  const idOf = (char: number) => glyphOfChar.get(char) ?? 0
  const letters = [...glyphOfChar.keys()].filter((char) => !isPresentationForm(char)).reverse() // the first of equals wins
  const charOf = new Map(letters.map((char) => [idOf(char), char]))

  return (text, glyphs) => {
    const rest = restOf(text, glyphs, idOf)
    return glyphs.map(({ codepoint, cluster }) => {
      const own = charOf.get(codepoint)
      if (own !== undefined) return [own]
      const chars = rest.get(cluster) ?? []
      rest.set(cluster, [])
      return chars
    })
  }
}

/** Shapes of Hebrew and Arabic letters that old encodings had as characters. */
const isPresentationForm = (char: number): boolean =>
  (char >= 0xfb1d && char <= 0xfdff) || (char >= 0xfe70 && char <= 0xfefc)

/** The characters without a glyph of their own, by cluster. */
function restOf(text: string, glyphs: ShapedGlyph[], idOf: (char: number) => number): Map<number, number[]> {
  const starts = [...new Set(glyphs.map(({ cluster }) => cluster))].sort((a, b) => a - b)
  const ids = new Set(glyphs.map(({ codepoint }) => codepoint))
  return new Map(
    starts.map((start, index) => {
      const chars = Array.from(text.slice(start, starts[index + 1] ?? text.length), (char) => char.codePointAt(0) ?? 0)
      return [start, chars.filter((char) => !ids.has(idOf(char)))]
    }),
  )
}
