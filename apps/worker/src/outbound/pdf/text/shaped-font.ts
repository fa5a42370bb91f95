import type { Font, Glyph, GlyphPosition } from 'fontkit'
import { createCache } from './cache.ts'
import { createGlyphTexts } from './glyph-texts.ts'

/** Feature that tells `layout` to set a text from right to left. */
export const RIGHT_TO_LEFT = 'rtl '

interface Shaped {
  glyphs: Pick<Glyph, 'id' | 'advanceWidth' | 'codePoints'>[]
  positions: GlyphPosition[]
}

/** Texts whose shapes a font keeps: words of a label or a product come again in the next document. */
const KEPT_MAX = 2_000

/**
 * A font for PDFKit whose texts HarfBuzz shapes: it knows the rules of every script, and no text makes it fail. PDFKit
 * embeds the glyphs.
 */
export async function shapedFont(bytes: Uint8Array): Promise<Font> {
  const [{ create }, hb] = await Promise.all([import('fontkit'), import('harfbuzzjs')])
  const font = create(Buffer.from(bytes)) as Font
  const shaper = new hb.Font(new hb.Face(new hb.Blob(bytes)))
  const textsOf = createGlyphTexts(font)
  const kept = createCache<Shaped>(KEPT_MAX)

  function shape(text: string, isRightToLeft: boolean): Shaped {
    const buffer = new hb.Buffer()
    buffer.addText(text)
    buffer.guessSegmentProperties()
    buffer.setDirection(isRightToLeft ? hb.Direction.RTL : hb.Direction.LTR)
    hb.shape(shaper, buffer)
    const infos = buffer.getGlyphInfos()
    const texts = textsOf(text, infos)
    const glyphs = infos.map(({ codepoint: id }, index) => ({
      id,
      advanceWidth: font.getGlyph(id).advanceWidth,
      codePoints: texts[index] ?? [],
    }))
    return { glyphs, positions: buffer.getGlyphPositions() }
  }

  function layout(text: string, features: readonly string[] = []) {
    const isRightToLeft = features.includes(RIGHT_TO_LEFT)
    const key = `${isRightToLeft}${text}`
    const { glyphs, positions } = kept.get(key) ?? kept.keep(key, shape(text, isRightToLeft))
    return runOf(glyphs, positions)
  }

  return Object.create(font, { layout: { value: layout } })
}

/** PDFKit scales the positions in place, and then asks for their sum. */
function runOf(glyphs: Shaped['glyphs'], positions: GlyphPosition[]) {
  const own = positions.map((position) => ({ ...position }))
  return {
    glyphs,
    positions: own,
    get advanceWidth() {
      return own.reduce((sum, { xAdvance }) => sum + xAdvance, 0)
    },
  }
}
