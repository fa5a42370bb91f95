import { expect, test } from '@jest/globals'
import { createPaper } from '../../../src/outbound/pdf/paper.ts'
import { receiptPdf } from '../../../src/outbound/pdf/receipt.ts'
import { embeddedFont } from '../../../src/outbound/pdf/text/embedded-font.ts'
import { loadFonts } from '../../../src/outbound/pdf/text/fonts.ts'
import { runsOf } from '../../../src/outbound/pdf/text/runs.ts'
import { GLYPHS_MAX, type ShapedFont } from '../../../src/outbound/pdf/text/shaped-font.ts'
import { readTrueType, type TrueType } from '../../../src/outbound/pdf/text/true-type.ts'
import { BRAND, details, invoice, line, payment } from './samples.ts'

/** The outline of a glyph as a tree: its own data, or those of its parts. */
function outlineTree(font: TrueType, glyph: number): unknown {
  const { data, advance, bearing, components } = font.outlineOf(glyph)
  if (components.length === 0) return [data.toString('hex'), advance, bearing]
  const rest = components.reduce(
    (hex, { at }) => `${hex.slice(0, at * 2)}????${hex.slice(at * 2 + 4)}`,
    data.toString('hex'),
  )
  return [rest, advance, bearing, components.map((component) => outlineTree(font, component.glyph))]
}

test.each(['Żółć ďťľ Ốờ', '領収書 一二三 佐藤太郎 プラン', 'मासिक योजना'])(
  'the font that is embedded for %s has the glyphs of its slices unchanged',
  async (text) => {
    const fonts = await loadFonts([{ text, weight: 'bold' }], 'ja')
    const runs = runsOf(fonts.clustersOf(text, 'bold'), new Uint8Array(text.length)).filter(({ face }) => face.font)
    const [{ face }] = runs as [(typeof runs)[0]]
    const font = face.font as ShapedFont
    const embedded = embeddedFont({ ...face, font })
    const subset = embedded.createSubset()
    const used = runs.flatMap((run) =>
      embedded.layout(run.text, [run]).glyphs.map(({ id }) => ({
        from: run.face.font as ShapedFont,
        id: id % GLYPHS_MAX,
        index: subset.includeGlyph(id),
      })),
    )
    const written = readTrueType(subset.encode())
    expect(used.length).toBeGreaterThan(5)
    for (const { from, id, index } of used) expect(outlineTree(written, index)).toEqual(outlineTree(from, id))
    expect(outlineTree(written, 0)).toEqual(outlineTree(font, 0))
  },
)

const receiptFor = (locales: string, name: string, number: number) => {
  const buyer = { ...details().buyer, name: `${name} ${number}` }
  const one = invoice({ locales, details: details({ buyer }), lines: [line(name)], number: `A-${number}` })
  return receiptPdf(payment({ locales, invoice: one }), BRAND)
}

test('a receipt in a script of many slices has one font of a weight', async () => {
  const { pdf } = await receiptFor('ja', '佐藤太郎 一二三四五 鈴木', 1)
  const names = [...pdf.toString('latin1').matchAll(/\/FontName \/[A-Z]{6}\+(\S+)/g)].map(([, name]) => name)
  expect(names.sort()).toEqual(['NotoSansJP-Regular', 'NotoSansJP-SemiBold'])
})

test('the fonts that every PDF reader has are read once for all documents', async () => {
  const options = { title: '', author: '', date: new Date(0), language: 'en', locale: 'en', texts: [] }
  const fontOf = async () => {
    const { doc } = await createPaper(options)
    return (doc.font('Helvetica') as unknown as { _font: { font: object } })._font.font
  }
  expect(await fontOf()).toBe(await fontOf())
})

test('a receipt costs little more in another script: no font is read or parsed again', async () => {
  const cost = async (locales: string, name: string, from: number) => {
    const began = process.cpuUsage()
    for (let number = from; number < from + 12; number += 1) await receiptFor(locales, name, number)
    const { user, system } = process.cpuUsage(began)
    return user + system
  }
  const costs = { latin: 0, polish: 0, japanese: 0 }
  for (const from of [0, 100]) {
    const each = [
      await cost('en', 'Ada Lovelace', from),
      await cost('pl', 'Święcisława Łódź', from),
      await cost('ja', '佐藤太郎', from),
    ] as const
    if (from === 0) continue // fonts are read, and code compiled
    costs.latin += each[0]
    costs.polish += each[1]
    costs.japanese += each[2]
  }
  expect(costs.polish / costs.latin).toBeLessThan(4)
  expect(costs.japanese / costs.latin).toBeLessThan(4)
})
