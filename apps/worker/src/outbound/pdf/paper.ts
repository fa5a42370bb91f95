import PDFDocument from 'pdfkit'
import { createCache } from './text/cache.ts'
import { cleanText } from './text/clean-text.ts'
import { embeddedFont } from './text/embedded-font.ts'
import { HELVETICA, type Weight } from './text/faces.ts'
import { loadFonts, SHORT, type WeightedText } from './text/fonts.ts'
import type { Run } from './text/runs.ts'
import { type Line, setText } from './text/set-text.ts'
import { useStandardFonts } from './text/standard-fonts.ts'

export const INK = '#1a1f36'
export const MUTED = '#5c6478'
const LINE = '#d9dce6'

/** In points, on A4. */
export const MARGIN = 56
export const WIDTH = 595.28 - 2 * MARGIN
export const BOTTOM = 841.89 - 80

/** Distance of two baselines, in sizes: enough for the marks of every script. */
const LEADING = 1.45
/** Distance of the first baseline from the top, in sizes. */
const ASCENT = 1.08

/** A run is one line, drawn at its baseline, whose words are not counted. */
const AS_SET = { lineBreak: false, baseline: 'alphabetic' as const, wordCount: 1 }

/** Size at which texts are measured. */
const UNIT = 1_000
/** Widths in Helvetica: labels and amounts come again in the next document. */
const widths = createCache<number>(10_000)

/** Texts in lines: each is measured, and then drawn soon. Short ones come again in the next document. */
const LINES_KEPT = 100
const shortLines = createCache<Line[]>(3_000)

export interface PaperOptions {
  title: string
  author: string
  date: Date
  language: string
  /** Language of the reader, which decides how Chinese characters are drawn where the text does not. */
  locale: string
  /** All texts of the document. */
  texts: WeightedText[]
}

export interface TextBox {
  x: number
  y: number
  width: number
  size: number
  weight?: Weight
  color?: string
  align?: 'left' | 'right'
}

/** An A4 document. Its bytes depend only on its content and date: the same document is the same file. */
export interface Paper {
  /** Where the next block begins, in points from the top. */
  y: number
  readonly doc: PDFKit.PDFDocument
  /** Draws a text and returns the vertical position of its end. */
  write(text: string, box: TextBox): number
  heightOf(text: string, box: Pick<TextBox, 'width' | 'size' | 'weight'>): number
  /** Width of a text in one line. */
  widthOf(text: string, size: number, weight?: Weight): number
  /** Begins a page unless `height` points are left on this one. Returns whether it did. */
  makeRoom(height: number): boolean
  rule(y: number, x?: number): void
  /** Ends the document and resolves to its bytes. */
  end(): Promise<Buffer>
}

export async function createPaper({ title, author, date, language, locale, texts }: PaperOptions): Promise<Paper> {
  const fonts = await loadFonts(texts, locale)
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    font: '',
    lang: language,
    displayTitle: true,
    info: { Title: title, Author: author, Creator: 'Sluice', Producer: 'Sluice', CreationDate: date },
  })

  useStandardFonts(doc, [HELVETICA.regular.name, HELVETICA.bold.name])

  const embedded = new Set<string>()
  const select = ({ face }: Run, size: number) => {
    const { embeddedAs, font } = face
    if (font && !embedded.has(embeddedAs)) {
      doc.registerFont(embeddedAs, embeddedFont({ ...face, font }) as never)
      embedded.add(embeddedAs)
    }
    return doc.font(embeddedAs).fontSize(size)
  }
  const measure = (run: Run, size: number) => {
    const { face, text, isRightToLeft } = run
    if (face.font) return (face.font.shape(text, isRightToLeft).advanceWidth * size) / 1_000
    const key = `${face.name} ${text}`
    const width = widths.get(key) ?? widths.keep(key, select(run, UNIT).widthOfString(text))
    return (width * size) / UNIT
  }
  const longLines = createCache<Line[]>(LINES_KEPT)
  const set = (text: string, { size, width, weight = 'regular' }: Pick<TextBox, 'width' | 'size' | 'weight'>) => {
    const kept = text.length > SHORT ? longLines : shortLines
    const key = `${fonts.choice} ${size} ${width} ${weight} ${text}`
    return kept.get(key) ?? kept.keep(key, setText(cleanText(text), { size, width, weight }, { fonts, measure }))
  }

  function drawLine({ runs, width }: Line, baseline: number, { x, width: space, size, color, align }: TextBox): void {
    doc.fillColor(color ?? INK)
    let left = align === 'right' ? x + space - width : x
    for (const run of runs) {
      const options = { ...AS_SET, features: [run] as never[], textWidth: run.width }
      select(run, size).text(run.text, left, baseline, options)
      left += run.width
    }
  }

  const paper: Paper = {
    y: MARGIN,
    doc,
    write(text, box) {
      const lines = set(text, box)
      for (const [index, line] of lines.entries()) drawLine(line, box.y + box.size * (ASCENT + index * LEADING), box)
      return box.y + lines.length * box.size * LEADING
    },
    heightOf: (text, box) => set(text, box).length * box.size * LEADING,
    widthOf: (text, size, weight) =>
      Math.max(
        0,
        ...set(text, { size, width: Number.POSITIVE_INFINITY, ...(weight && { weight }) }).map(({ width }) => width),
      ),
    makeRoom(height) {
      if (paper.y + height <= BOTTOM) return false
      doc.addPage()
      paper.y = MARGIN
      return true
    },
    rule(y, x = MARGIN) {
      doc
        .moveTo(x, y)
        .lineTo(MARGIN + WIDTH, y)
        .lineWidth(0.7)
        .strokeColor(LINE)
        .stroke()
    },
    async end() {
      const chunks: Buffer[] = []
      doc.end()
      for await (const chunk of doc) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    },
  }
  return paper
}
