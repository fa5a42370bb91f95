import { describe, expect, test } from '@jest/globals'
import type { BilledCreditNote } from '@sluice/database/records'
import { LANGUAGES } from '@sluice/emails'
import { creditNotePdf } from '../../../src/outbound/pdf/credit-note.ts'
import { outsideOf, overlapsIn, readPdf, textOf } from './read-pdf.ts'
import { BRAND, creditNote, details, invoice, line, tax } from './samples.ts'

const pdfOf = async (more: Partial<BilledCreditNote> = {}) => (await creditNotePdf(creditNote(more), BRAND)).pdf
const textIn = async (more: Partial<BilledCreditNote> = {}) => textOf(await pdfOf(more))
const squeezed = (text: string) => text.replace(/\s/g, '')

describe('a credit note', () => {
  test('names itself, its invoice with its date, both parties, and the tax', async () => {
    const text = await textIn({ locales: 'de' })
    for (const part of [
      'Rechnungskorrektur',
      'ACME-0001-CN-01',
      'Zu Rechnung ACME-0001, 1. März 2026',
      'Am Dom 1',
      'USt-IdNr. DE123456789',
      'Ada Lovelace',
      'USt-IdNr. FR12345678901',
      'gutgeschrieben am 5. März 2026',
      'USt. (19 %) 1,90 €',
      'Gutgeschriebener Betrag 11,90 €',
    ])
      expect(text).toContain(squeezed(part))
  })

  test('adds up: discount, shipping, two taxes and one that the prices include', async () => {
    const text = await textIn({
      amount: 2_450n,
      lines: [line('Pro', 1_000), line('Add-on', 1_000)],
      details: {
        ...{ subtotal: 2_000, total: 2_450, shipping: 500, lineCount: 2 },
        discounts: [{ amount: 200, name: 'Spring' }],
        taxes: [tax(100, { rate: 10 }), tax(50, { rate: 5 }), tax(30, { inclusive: true })],
      },
    })
    expect(text).toContain(squeezed('Subtotal €20.00 Discount (Spring) -€2.00 Shipping €5.00'))
    expect(text).toContain(squeezed('Total €24.50 Includes VAT (19%) €0.30 Amount credited €24.50'))
    expect(text).not.toContain('adjustment')
  })

  test('repeats the reverse charge of its invoice', async () => {
    const buyer = { ...details().buyer, taxExempt: 'reverse' }
    const text = await textIn({ invoice: invoice({ details: details({ buyer }) }) })
    expect(text).toContain(squeezed('Reverse charge: the recipient is liable for the tax.'))
  })

  test('has one line and no guess where the event has no lines, and no invoice is known', async () => {
    const text = await textIn({ lines: [], details: null, invoice: null, number: null })
    expect(text).toContain(squeezed('Credit note number 1 Date of issue 5 March 2026 For invoice in_1'))
    expect(text).toContain(squeezed('Invoice in_1 €11.90 Amount credited €11.90'))
  })

  test.each(LANGUAGES)('has no text on another, and none outside of the page, in %s', async (locales) => {
    const lines = Array.from({ length: 40 }, (_, index) => line(`Seat ${index} プロプラン الاشتراك `.repeat(4), 1_000))
    const long = { memo: 'We are sorry for the trouble. '.repeat(20), lines }
    for (const more of [
      {},
      { ...long, details: { ...creditNote().details, ...NOTHING, subtotal: 40_000, total: 40_000 } },
    ]) {
      const texts = await readPdf(await pdfOf({ ...more, locales }))
      expect(overlapsIn(texts)).toEqual([])
      expect(outsideOf(texts)).toEqual([])
    }
  })

  test('made again has the same bytes', async () => {
    expect((await pdfOf()).equals(await pdfOf())).toBe(true)
  })
})

const NOTHING = { shipping: null, discounts: [], taxes: [], lineCount: 40 }
