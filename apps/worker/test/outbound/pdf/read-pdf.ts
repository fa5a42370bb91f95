import { getDocumentProxy } from 'unpdf'

/** A piece of text and the box that it fills, in points from the lower left corner of its page. */
export interface PlacedText {
  page: number
  text: string
  left: number
  right: number
  bottom: number
  top: number
  size: number
}

/** Every text of a PDF with its place, in the order of drawing. */
export async function readPdf(pdf: Buffer): Promise<PlacedText[]> {
  const document = await getDocumentProxy(new Uint8Array(pdf))
  const placed: PlacedText[] = []
  for (let page = 1; page <= document.numPages; page += 1) {
    const { items } = await (await document.getPage(page)).getTextContent()
    for (const item of items) {
      if (!('str' in item) || item.str.trim() === '') continue
      const [size = 0, , , , left = 0, baseline = 0] = item.transform as number[]
      placed.push({
        page,
        text: item.str,
        left,
        right: left + item.width,
        bottom: baseline - size * 0.22,
        top: baseline + size * 0.75,
        size,
      })
    }
  }
  await document.cleanup()
  return placed
}

/** The text of a PDF without spaces: pieces in different fonts have none between them. */
export const textOf = async (pdf: Buffer): Promise<string> =>
  (await readPdf(pdf))
    .map(({ text }) => text)
    .join('')
    .replace(/\s+/g, '')

/** Kerning and marks reach this far into the neighbouring piece, in points. */
const TOLERANCE = 0.6

/** Pairs of texts that lie on each other. */
export function overlapsIn(texts: PlacedText[]): [string, string][] {
  return texts.flatMap((one, index) =>
    texts
      .slice(index + 1)
      .filter((other) => overlap(one, other))
      .map((other): [string, string] => [one.text, other.text]),
  )
}

const ARABIC = /\p{Script=Arabic}/u

/** The reader joins pieces of an Arabic line to boxes that reach over their neighbours. */
const isUnclear = (a: PlacedText, b: PlacedText): boolean =>
  a.bottom === b.bottom && (ARABIC.test(a.text) || ARABIC.test(b.text))

const overlap = (a: PlacedText, b: PlacedText): boolean =>
  a.page === b.page &&
  !isUnclear(a, b) &&
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > TOLERANCE &&
  Math.min(a.top, b.top) - Math.max(a.bottom, b.bottom) > TOLERANCE

/** Texts that are not within the margins of an A4 page. */
export const outsideOf = (texts: PlacedText[]): string[] =>
  texts
    .filter(({ left, right, bottom, top }) => left < 55 || right > 541 || bottom < 20 || top > 800)
    .map(({ text }) => text)
