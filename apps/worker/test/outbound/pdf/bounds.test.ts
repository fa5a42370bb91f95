import { describe, expect, test } from '@jest/globals'
import { bounded, linesThatFit } from '../../../src/outbound/pdf/bounds.ts'
import { invoicePdf } from '../../../src/outbound/pdf/invoice.ts'
import type { Page } from '../../../src/outbound/pdf/page-content.ts'
import { cleanText } from '../../../src/outbound/pdf/text/clean-text.ts'
import type { Face } from '../../../src/outbound/pdf/text/faces.ts'
import { loadFonts } from '../../../src/outbound/pdf/text/fonts.ts'
import type { Run } from '../../../src/outbound/pdf/text/runs.ts'
import { setText } from '../../../src/outbound/pdf/text/set-text.ts'
import { textOf } from './read-pdf.ts'
import { BRAND, invoice, line, payment } from './samples.ts'

const LONG = 'x'.repeat(200_000)

const PAGE: Page = {
  language: 'en',
  locale: 'en',
  title: LONG,
  number: LONG,
  date: new Date(0),
  brand: { ...BRAND, name: LONG },
  facts: Array.from({ length: 500 }, () => [LONG, LONG]),
  parties: [{ title: 'To', name: LONG, lines: Array.from({ length: 500 }, () => LONG) }],
  headline: LONG,
  memo: LONG,
  table: { head: ['Item', LONG], rows: [{ description: LONG, detail: LONG, cells: [LONG] }] },
  totals: Array.from({ length: 500 }, (_, index) => ({ label: `${index}`, value: LONG })),
  notes: Array.from({ length: 500 }, () => LONG),
  isTest: false,
}

describe('a page', () => {
  test('has few letters, whatever it was given', () => {
    expect(JSON.stringify({ ...bounded(PAGE), brand: null }).length).toBeLessThan(150_000)
  })

  test('keeps its sums, which are the last totals', () => {
    const { totals } = bounded(PAGE)
    expect(totals.map(({ label }) => label)).toEqual([
      ...Array.from({ length: 49 }, (_, index) => `${index}`),
      '…',
      ...Array.from({ length: 10 }, (_, index) => `${490 + index}`),
    ])
  })

  test('shows where a text was cut, and cuts no character in half', () => {
    const { table } = bounded({ ...PAGE, table: { head: [], rows: [{ description: '😀'.repeat(600), cells: [] }] } })
    expect(table.rows[0]?.description).toBe(`${'😀'.repeat(499)}…`)
  })
})

describe('the lines of an invoice', () => {
  test('are at most a thousand, and fewer if they are long', () => {
    expect(linesThatFit(Array.from({ length: 5_000 }, () => line('Pro')))).toHaveLength(1_000)
    expect(linesThatFit(Array.from({ length: 5_000 }, () => line(LONG)))).toHaveLength(50)
    expect(linesThatFit([line('Pro')])).toHaveLength(1)
  })

  test('that are too many are one row with their number, their sum and the address of their page', async () => {
    const lines = Array.from({ length: 1_234 }, () => line('Seat', 100))
    const one = invoice({ lines, hostedInvoiceUrl: 'https://invoice.stripe.com/i/1' })
    const text = await textOf((await invoicePdf(payment({ invoice: one }), one, BRAND)).pdf)
    expect(text).toMatch(/234moreitems€234\.00https:\/\/invoice\.stripe\.com\/i\/1/)
  })
})

describe('setting a text', () => {
  /** Letters that were measured or searched, each time. */
  async function workOf(text: string): Promise<number> {
    let work = 0
    const { test: search } = RegExp.prototype
    RegExp.prototype.test = function (searched) {
      work += searched.length
      return search.call(this, searched)
    }
    try {
      await setCounted(text, (letters) => {
        work += letters
      })
      return work
    } finally {
      RegExp.prototype.test = search
    }
  }

  async function setCounted(text: string, count: (letters: number) => void): Promise<void> {
    const fonts = await loadFonts([{ text, weight: 'regular' }], 'en')
    const measure = (run: Run) => {
      count(run.text.length)
      return run.text.length * 5
    }
    const counted = {
      ...fonts,
      clustersOf: (part: string, weight: 'regular' | 'bold'): { text: string; at: number; face: Face }[] => {
        count(part.length)
        return fonts.clustersOf(part, weight)
      },
    }
    const style = { size: 10, weight: 'regular' as const, width: 300 }
    setText(cleanText(text), style, { fonts: counted, measure })
  }

  test.each([
    ['Latin', 'word '],
    ['Latin without a space', 'a'],
    ['Cyrillic without a space', 'ж'],
    ['Thai', 'ราคา'],
    ['Arabic', 'مرحبا '],
    ['Chinese', '漢'],
    ['both directions', 'aא'],
    ['emoji', '👩‍👩‍👧‍👦'],
  ])('of twice the length is no more than twice the work: %s', async (_, unit) => {
    const once = unit.repeat(Math.floor(2_400 / unit.length))
    const [single, double] = [await workOf(once), await workOf(once.repeat(2))]
    expect(double).toBeLessThan(single * 2.5)
    expect(double).toBeLessThan(5_000 * 40)
  })
})
