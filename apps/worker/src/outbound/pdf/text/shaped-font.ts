import { createCache } from './cache.ts'
import { createGlyphTexts } from './glyph-texts.ts'
import { readTrueType, type TrueType } from './true-type.ts'

/** In thousandths of the size of the text, as PDFs have it. */
export interface Position {
  xAdvance: number
  yAdvance: number
  xOffset: number
  yOffset: number
}

/** A text in one font and direction. */
export interface Shaped {
  /** The id is unique among all fonts of the process. */
  glyphs: { id: number; advanceWidth: number; codePoints: number[] }[]
  positions: Position[]
  advanceWidth: number
}

/** A font has fewer glyphs. */
export const GLYPHS_MAX = 0x1_0000

/** A font whose texts HarfBuzz shapes: it knows the rules of every script, and no text makes it fail. */
export interface ShapedFont extends TrueType {
  /** Number in the process; the ids of its glyphs begin at this times `GLYPHS_MAX`. */
  number: number
  has(codePoint: number): boolean
  shape(text: string, isRightToLeft: boolean): Shaped
}

/** Texts whose shapes a font keeps: words of a label or a product come again in the next document. */
const KEPT_MAX = 2_000

let count = 0

export async function shapedFont(bytes: Buffer): Promise<ShapedFont> {
  const hb = await import('harfbuzzjs')
  const face = new hb.Face(new hb.Blob(bytes))
  const shaper = new hb.Font(face)
  const font = readTrueType(bytes)
  const glyphOfChar = new Map(Array.from(face.collectUnicodes(), (char) => [char, shaper.nominalGlyph(char) ?? 0]))
  const textsOf = createGlyphTexts(glyphOfChar)
  const kept = createCache<Shaped>(KEPT_MAX)
  const number = count
  count += 1
  const scaled = (units: number) => (units * 1_000) / font.unitsPerEm

  function shape(text: string, isRightToLeft: boolean): Shaped {
    const buffer = new hb.Buffer()
    buffer.addText(text)
    buffer.guessSegmentProperties()
    buffer.setDirection(isRightToLeft ? hb.Direction.RTL : hb.Direction.LTR)
    hb.shape(shaper, buffer)
    const infos = buffer.getGlyphInfos()
    const texts = textsOf(text, infos)
    const glyphs = infos.map(({ codepoint: id }, index) => ({
      id: number * GLYPHS_MAX + id,
      advanceWidth: scaled(font.advanceOf(id)),
      codePoints: texts[index] ?? [],
    }))
    const positions = buffer.getGlyphPositions().map(({ xAdvance, yAdvance, xOffset, yOffset }) => ({
      xAdvance: scaled(xAdvance),
      yAdvance: scaled(yAdvance),
      xOffset: scaled(xOffset),
      yOffset: scaled(yOffset),
    }))
    return { glyphs, positions, advanceWidth: positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0) }
  }

  return {
    ...font,
    number,
    has: (codePoint) => glyphOfChar.has(codePoint),
    shape(text, isRightToLeft) {
      const key = `${isRightToLeft}${text}`
      return kept.get(key) ?? kept.keep(key, shape(text, isRightToLeft))
    },
  }
}
