import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type PDFDocument from 'pdfkit'

export const INK = '#1a1f36'
export const MUTED = '#5c6478'
export const LINE = '#d9dce6'

/** In points, on A4. */
export const MARGIN = 56
export const WIDTH = 595.28 - 2 * MARGIN
export const BOTTOM = 841.89 - 80

const require = createRequire(import.meta.url)

/** A font with most European scripts and all currency signs. Reading it takes a tenth of a second of CPU. */
const wideFont = (name: string): (() => Buffer) => {
  let font: Buffer | undefined
  return () => (font ??= readFileSync(require.resolve(`@expo-google-fonts/noto-sans/${name}.ttf`)))
}
const wideRegular = wideFont('400Regular/NotoSans_400Regular')
const wideBold = wideFont('600SemiBold/NotoSans_600SemiBold')

/** Text that PDF's built-in fonts cover (Windows-1252), so that no font is read or embedded. */
const WESTERN = /^[\s\u0020-\u007e\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/u

export type Paper = InstanceType<typeof PDFDocument>

export interface PaperOptions {
  title: string
  author: string
  date: Date
  /** All text of the document. */
  text: string
}

/** An empty A4 document. Its bytes depend only on its content and `date`: the same document is the same file. */
export async function createPaper({ title, author, date, text }: PaperOptions): Promise<Paper> {
  const { default: Document } = await import('pdfkit') // loaded on first use, to keep the start of a worker short
  const paper = new Document({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Author: author, Creator: 'Sluice', Producer: 'Sluice', CreationDate: date },
  })
  const isWestern = WESTERN.test(text)
  paper.lineGap(isWestern ? 1.5 : 0) // Helvetica's lines are closer
  paper.registerFont('regular', isWestern ? 'Helvetica' : wideRegular())
  paper.registerFont('bold', isWestern ? 'Helvetica-Bold' : wideBold())
  return paper
}

/** Ends the document and resolves to its bytes. */
export async function bytesOf(paper: Paper): Promise<Buffer> {
  const chunks: Buffer[] = []
  paper.end()
  for await (const chunk of paper) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Adds a page unless `height` points are left on this one. Returns whether it did. */
export function makeRoom(paper: Paper, height: number): boolean {
  if (paper.y + height <= BOTTOM) return false
  paper.addPage()
  return true
}

export function rule(paper: Paper, y: number, indent = 0): void {
  paper
    .moveTo(MARGIN + indent, y)
    .lineTo(MARGIN + WIDTH, y)
    .lineWidth(0.7)
    .strokeColor(LINE)
    .stroke()
}
