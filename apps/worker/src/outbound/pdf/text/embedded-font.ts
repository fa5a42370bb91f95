import type { Face } from './faces.ts'
import type { Run } from './runs.ts'
import { GLYPHS_MAX, type ShapedFont } from './shaped-font.ts'
import { type BoundingBox, type Outline, writeTrueType } from './true-type.ts'

/**
 * A font of a document as PDFKit takes it: all slices of a family in one weight, of which it embeds the glyphs that are
 * used. Its measures are in thousandths, so PDFKit scales them by one, and the shape of a text can be kept for the next
 * document. In place of the features of a text `layout` gets the run itself, which knows its slice.
 */
export function embeddedFont({ embeddedAs, font }: Face & { font: ShapedFont }) {
  const slices = new Map([[font.number, font]])
  const scaled = (units: number) => (units * 1_000) / font.unitsPerEm
  return {
    postscriptName: embeddedAs,
    unitsPerEm: 1_000,
    ascent: scaled(font.ascent),
    descent: scaled(font.descent),
    lineGap: scaled(font.lineGap),
    capHeight: scaled(font.os2.readInt16BE(88)),
    xHeight: scaled(font.os2.readInt16BE(86)),
    italicAngle: 0,
    head: { macStyle: { italic: false } },
    post: { isFixedPitch: false },
    get bbox() {
      const { minX, minY, maxX, maxY } = boxAround([...slices.values()])
      return { minX: scaled(minX), minY: scaled(minY), maxX: scaled(maxX), maxY: scaled(maxY) }
    },
    getGlyph: () => ({ advanceWidth: scaled(font.advanceOf(0)) }), // PDFKit asks for the first glyph alone
    layout(text: string, [run]: [Run]) {
      const slice = run.face.font ?? font
      slices.set(slice.number, slice)
      return slice.shape(text, run.isRightToLeft)
    },
    createSubset: () => createSubset(font, slices),
  }
}

/** The glyphs of a document in the order of their first use. The first one stands for what has no glyph. */
function createSubset(first: ShapedFont, slices: ReadonlyMap<number, ShapedFont>) {
  const ids: number[] = []
  const indexes = new Map<number, number>()
  includeGlyph(first.number * GLYPHS_MAX)

  function includeGlyph(id: number): number {
    const known = indexes.get(id)
    if (known !== undefined) return known
    indexes.set(id, ids.length)
    return ids.push(id) - 1
  }

  /** The components of a glyph are included, and found by their new ids. */
  function outlineOf(id: number): Outline {
    const number = Math.floor(id / GLYPHS_MAX)
    const outline = (slices.get(number) ?? first).outlineOf(id % GLYPHS_MAX)
    if (outline.components.length === 0) return outline
    const data = Buffer.from(outline.data)
    for (const { at, glyph } of outline.components) data.writeUInt16BE(includeGlyph(number * GLYPHS_MAX + glyph), at)
    return { ...outline, data }
  }

  return {
    includeGlyph,
    encode(): Buffer {
      const outlines: Outline[] = []
      for (let index = 0; index < ids.length; index += 1) outlines.push(outlineOf(ids[index] ?? 0))
      return writeTrueType(outlines, [first, ...slices.values()])
    },
  }
}

const boxAround = (fonts: ShapedFont[]): BoundingBox => ({
  minX: Math.min(...fonts.map(({ bbox }) => bbox.minX)),
  minY: Math.min(...fonts.map(({ bbox }) => bbox.minY)),
  maxX: Math.max(...fonts.map(({ bbox }) => bbox.maxX)),
  maxY: Math.max(...fonts.map(({ bbox }) => bbox.maxY)),
})
