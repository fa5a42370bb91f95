import { getDocumentProxy } from 'unpdf'

/** The text of a PDF without its spaces. */
export async function pdfText(pdf: Buffer): Promise<string> {
  const document = await getDocumentProxy(new Uint8Array(pdf))
  const pieces: string[] = []
  for (let page = 1; page <= document.numPages; page += 1) {
    const { items } = await (await document.getPage(page)).getTextContent()
    pieces.push(...items.map((item) => ('str' in item ? item.str : '')))
  }
  await document.cleanup()
  return pieces.join('').replace(/\s+/g, '')
}
