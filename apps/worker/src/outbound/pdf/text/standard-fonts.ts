import PDFDocument from 'pdfkit'

/** A font as PDFKit keeps it in a document, which its typings leave out. */
interface StandardFont {
  id: string
  document: PDFKit.PDFDocument
  dictionary: unknown
  embedded: boolean
}

interface Inner {
  _font: StandardFont
  _fontFamilies: Record<string, StandardFont>
}

const parsed = new Map<string, StandardFont>()

/**
 * Gives a document its standard fonts. PDFKit would build the widths and the kerning of each one anew for each document,
 * which takes as long as drawing a page.
 */
export function useStandardFonts(doc: PDFKit.PDFDocument, names: string[]): void {
  const { _fontFamilies } = doc as unknown as Inner
  for (const name of names) {
    const own = { id: name, document: doc, dictionary: undefined, embedded: false }
    _fontFamilies[name] = Object.assign(Object.create(parsedFont(name)) as StandardFont, own)
  }
}

function parsedFont(name: string): StandardFont {
  const known = parsed.get(name)
  if (known) return known
  const { _font: font } = new PDFDocument({ font: name, autoFirstPage: false }) as unknown as Inner
  parsed.set(name, font)
  return font
}
