import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createPaper } from '../../../src/outbound/pdf/paper.ts'
import { cleanText } from '../../../src/outbound/pdf/text/clean-text.ts'
import { lineBreaksOf } from '../../../src/outbound/pdf/text/line-breaks.ts'
import { overlapsIn, readPdf, textOf } from './read-pdf.ts'

/** A document of one text, as the customer of a language sees it. */
async function documentOf(text: string, locale = 'en', width = 300): Promise<Buffer> {
  const paper = await createPaper({
    title: 'Text',
    author: 'Acme',
    date: new Date('2026-03-01T00:00:00Z'),
    language: 'en',
    locale,
    texts: [{ text, weight: 'regular' }],
  })
  paper.write(text, { x: 60, y: 60, width, size: 10 })
  return paper.end()
}

/** The names of embedded fonts. */
const fontsOf = (pdf: Buffer): string[] => [
  ...new Set(
    [...pdf.toString('latin1').matchAll(/\/BaseFont \/(?:[A-Z]{6}\+)?([\w-]+)/g)].map(([, name = '']) => name),
  ),
]

const BOX = '□'

const TEXTS: [script: string, text: string, font: RegExp][] = [
  ['Japanese', 'プロプラン（月額）', /^NotoSansJP/],
  ['simplified Chinese', '专业版套餐', /^NotoSansSC/],
  ['Korean', '프로 플랜', /^NotoSansKR/],
  ['Arabic', 'الاشتراك الشهري', /^NotoSansArabic/],
  ['Hebrew', 'מנוי חודשי', /^NotoSansHebrew/],
  ['Thai', 'แพ็กเกจโปร', /^NotoSansThai/],
  ['Hindi', 'प्रो योजना', /^NotoSans-/],
  ['Bengali', 'বাংলা', /^NotoSansBengali/],
  ['Tamil', 'தமிழ்', /^NotoSansTamil/],
  ['Georgian', 'ქართული', /^NotoSansGeorgian/],
  ['Armenian', 'Հայերեն', /^NotoSansArmenian/],
  ['Amharic', 'አማርኛ', /^NotoSansEthiopic/],
  ['Khmer', 'ខ្មែរ', /^NotoSansKhmer/],
  ['Polish', 'Łódź', /^NotoSans-/],
  ['Ukrainian', 'Київ', /^NotoSans-/],
  ['Greek', 'Ελληνικά', /^NotoSans-/],
  ['Vietnamese', 'Việt Nam', /^NotoSans-/],
  ['emoji', '🎉👍🏽👨‍👩‍👧‍👦🇯🇵', /^NotoEmoji/],
]

describe('a text', () => {
  test.each(TEXTS)('in %s is set in a font that has all its letters', async (_, text, font) => {
    const pdf = await documentOf(text)
    expect(fontsOf(pdf)).toEqual(expect.arrayContaining([expect.stringMatching(font)]))
    expect(await textOf(pdf)).not.toContain(BOX)
  })

  test.each([
    'プロプラン（月額）とても長い説明です。',
    '专业版套餐（每月）',
    '專業版方案（每月）臺灣',
    '프로 플랜 (월간)',
    'Łódź, Київ, Ελληνικά, Việt Nam',
    'שלום',
  ])('can be searched and copied: %s', async (text) => {
    expect(await textOf(await documentOf(text))).toBe(text.replace(/\s/g, ''))
  })

  test('that every PDF reader has letters for embeds no font', async () => {
    const pdf = await documentOf('Crème brûlée – “50 €” ©')
    expect(fontsOf(pdf)).toEqual(['Helvetica'])
    expect(pdf.length).toBeLessThan(2_000)
  })

  test('has a box in place of a letter that no font has', async () => {
    expect(await textOf(await documentOf('a\u{10fffd}b\ue000c'))).toBe(`a${BOX}b${BOX}c`)
  })

  test('draws Chinese characters as the reader’s language does', async () => {
    expect(fontsOf(await documentOf('請求', 'ja'))).toEqual([expect.stringMatching(/^NotoSansJP/)])
    expect(fontsOf(await documentOf('請求', 'zh-TW'))).toEqual([expect.stringMatching(/^NotoSansTC/)])
    expect(fontsOf(await documentOf('請求', 'en'))).toEqual([expect.stringMatching(/^NotoSansSC/)])
  })

  test('from right to left begins at the right', async () => {
    const [first, second] = await readPdf(await documentOf('שלום ABC'))
    const [hebrew, latin] = first?.text.includes('ABC') ? [second, first] : [first, second]
    expect(hebrew?.left).toBeGreaterThan(latin?.right ?? 0)
  })

  test.each(['Supercalifragilistic'.repeat(20), 'プ'.repeat(200), 'a '.repeat(400), 'แพ็กเกจ'.repeat(40)])(
    'is broken to its width: %s',
    async (text) => {
      const texts = await readPdf(await documentOf(text, 'en', 120))
      expect(overlapsIn(texts)).toEqual([])
      for (const { right } of texts) expect(right).toBeLessThan(60 + 120 + 1)
    },
  )

  test('of any characters is set without an error, within its width', async () => {
    const anything = fc.string({ unit: 'binary', maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        const pdf = await documentOf(text, 'en', 150)
        for (const { right } of await readPdf(pdf)) expect(right).toBeLessThan(60 + 150 + 30)
      }),
      { numRuns: 60, seed: 7 },
    )
  })
})

test('control characters and invisible marks are dropped, and surrogates and long texts are cut', () => {
  expect(cleanText('a\u0000b\u202ec\u200bd\u00ade\u2066f')).toBe('abcdef')
  expect(cleanText('a\tb\u00a0c\r\nd\u2028e')).toBe('a b c\nd\ne')
  expect(cleanText('x\ud800y')).toBe('x\ufffdy')
  expect(cleanText('e\u0301')).toBe('é')
  expect(cleanText('x'.repeat(9_000)).length).toBe(5_000)
})

test.each([
  ['one two', [4, 7]],
  ['月額、プラン', [1, 3, 4, 5, 6]], // no line begins with a comma
])('%s may be broken at %j', (text, positions) => expect(lineBreaksOf(text)).toEqual(positions))

test('Thai is broken between words, which a dictionary knows', () => {
  expect(lineBreaksOf('แพ็กเกจโปร')).toEqual(expect.arrayContaining([7, 10]))
  expect(lineBreaksOf('แพ็กเกจโปร').length).toBeLessThan(5)
})
