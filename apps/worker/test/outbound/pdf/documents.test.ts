import { deflateSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { BilledInvoice } from '@sluice/database/records'
import { LANGUAGES, PLAIN_BRAND } from '@sluice/emails'
import { brandOf } from '../../../src/outbound/pdf/brand.ts'
import { invoicePdf } from '../../../src/outbound/pdf/invoice.ts'
import { numberOf } from '../../../src/outbound/pdf/number.ts'
import { receiptPdf } from '../../../src/outbound/pdf/receipt.ts'
import { outsideOf, overlapsIn, readPdf, textOf } from './read-pdf.ts'
import { BRAND, details, invoice, line, payment, tax } from './samples.ts'

const invoiceOf = async (one: BilledInvoice, locales: string | null = null) =>
  (await invoicePdf(payment({ invoice: one, currency: one.currency, locales }), one, BRAND)).pdf

const SENDER = { name: 'Acme', address: 'billing@acme.example', domain: 'acme.example' }

const NOTHING = Buffer.alloc(0)
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
/** One by one pixel, red, green, blue and alpha of 8 bits each. */
const HEADER = Buffer.from('00000001000000010806000000', 'hex')

/** A chunk of a PNG; nobody here reads its checksum. */
function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)])
}

/** Invoices with much on them. */
const SAMPLES: Record<string, BilledInvoice> = {
  simple: invoice(),
  'forty lines': invoice({
    lines: Array.from({ length: 40 }, (_, index) => line(`Seat ${index + 1} `.repeat(1 + (index % 14)), 1_000)),
    details: details({ total: 40_000, subtotal: 40_000, lineCount: 40 }),
  }),
  'long names, huge amounts': invoice({
    number: 'ACME-2026-0000000000000000000000000001',
    currency: 'idr',
    amountDue: 13_580_246_790_135n,
    lines: [line(`${'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(6)} and more`, 13_580_246_790_135)],
    details: details({
      total: 13_580_246_790_135,
      subtotal: 13_580_246_790_135,
      buyer: {
        ...details().buyer,
        name: 'The Society for the Preservation of Extraordinarily Long Company Names and Their Abbreviations Ltd.',
      },
      customFields: [{ name: 'Purchase order of the department for purchases', value: 'PO-'.repeat(60) }],
      footer: 'Thank you.\n\n'.repeat(80),
      description: 'Please keep this invoice. '.repeat(30),
    }),
  }),
  'discount, two taxes, balance, credit and a rest': invoice({
    amountDue: 1_300n,
    amountPaid: 1_300n,
    lines: [line('Pro'), line('Add-on with a name of two words', 1_000, { taxRates: [7], unitAmount: '0.0125' })],
    details: details({
      subtotal: 3_000,
      total: 2_850,
      lineCount: 4,
      discounts: [{ amount: 600, name: 'Spring sale for everyone who has been with us for a year' }],
      taxes: [
        tax(380, { taxableAmount: 2_000, name: 'Mehrwertsteuer mit einem langen Namen' }),
        tax(70, { rate: 7, taxableAmount: 1_000 }),
        tax(0, { rate: 0, reason: 'reverse_charge' }),
        tax(95, { inclusive: true }),
      ],
      startingBalance: -500,
      credited: 1_000,
      buyer: { ...details().buyer, taxExempt: 'reverse' },
      dueAt: '2026-03-31T00:00:00.000Z',
    }),
  }),
  'Japanese, Arabic, Thai and emoji': invoice({
    lines: [
      line('プロプラン（月額）とても長い説明です。'.repeat(5)),
      line('الاشتراك الشهري (Pro) في 2026 '.repeat(6)),
      line('แพ็กเกจโปรรายเดือนสำหรับลูกค้าองค์กรขนาดใหญ่'.repeat(3)),
      line('🎉 Party 👨‍👩‍👧‍👦 👍🏽 🇯🇵'),
    ],
    details: details({ total: 8_000, subtotal: 8_000, lineCount: 4 }),
  }),
}

describe.each(Object.entries(SAMPLES))('an invoice (%s)', (_, one) => {
  test.each(LANGUAGES)('has no text on another, and none outside of the page, in %s', async (language) => {
    const texts = await readPdf(await invoiceOf(one, language))
    expect(overlapsIn(texts)).toEqual([])
    expect(outsideOf(texts)).toEqual([])
    expect(texts.length).toBeGreaterThan(20)
  })

  test('made again has the same bytes', async () => {
    const [first, again] = [await invoiceOf(one), await invoiceOf(one)]
    expect(first.subarray(0, 5).toString()).toBe('%PDF-')
    expect(first.equals(again)).toBe(true)
  })
})

test('a receipt has no text on another in any language', async () => {
  for (const locales of LANGUAGES) {
    const { pdf } = await receiptPdf(payment({ locales }), BRAND)
    expect(overlapsIn(await readPdf(pdf))).toEqual([])
  }
})

describe('an invoice', () => {
  test('has the words of each language', async () => {
    const words = ['Invoice number', 'Rechnungsnummer', 'Numéro de facture', 'Número de factura', 'Número da fatura']
    for (const [index, language] of LANGUAGES.entries()) {
      const text = await textOf(await invoiceOf(invoice(), language))
      expect(text).toContain((words[index] ?? '請求書番号').replace(/\s/g, ''))
    }
  })

  test('names both parties with their addresses and tax ids, its number and its dates', async () => {
    const text = await textOf(await invoiceOf(invoice(), 'de'))
    for (const part of ['Acme GmbH', 'Am Dom 1', '50667 Köln', 'USt-IdNr. DE123456789'])
      expect(text).toContain(part.replace(/\s/g, ''))
    for (const part of ['Ada Lovelace', '12 rue de la Paix', '75002 Paris', 'Frankreich', 'USt-IdNr. FR12345678901'])
      expect(text).toContain(part.replace(/\s/g, ''))
    for (const part of ['ACME-0001', 'Rechnungsdatum 1. März 2026', 'Leistungszeitraum 1. März 2026 – 1. April 2026'])
      expect(text).toContain(part.replace(/\s/g, ''))
  })

  test.each([
    ['de', 'Steuerschuldnerschaft des Leistungsempfängers'],
    ['fr', 'Autoliquidation'],
    ['es', 'Inversión del sujeto pasivo'],
    ['pt', 'autoliquidação'],
    ['ja', 'リバースチャージ'],
    ['en', 'Reverse charge'],
  ])('says in %s that the customer owes the tax', async (language, note) => {
    const one = invoice({ details: details({ buyer: { ...details().buyer, taxExempt: 'reverse' } }) })
    expect(await textOf(await invoiceOf(one, language))).toContain(note.replace(/\s/g, ''))
  })

  test('of a connected account names that account, not the platform', async () => {
    const { createDocuments } = await import('../../../src/outbound/pdf/documents.ts')
    const documents = createDocuments({
      brand: BRAND,
      invoiceDocument: 'attach',
      fetchObject: undefined,
      stripePdfs: { download: () => Promise.reject(new Error('not asked')) },
    })
    const one = invoice({
      account: 'acct_1',
      details: details({ seller: { name: 'Shop', country: null, taxIds: [] } }),
    })
    const text = await textOf((await documents.invoice(payment({ account: 'acct_1', invoice: one }), one)).pdf)
    expect(text).toContain('Shop')
    expect(text).not.toContain('DE123456789')
    expect(text).not.toContain('AmDom1')
  })

  test('has the number of Stripe, else one from the payment', () => {
    expect(numberOf(payment())).toBe('ACME-0001')
    expect(numberOf({ paymentId: 'cs_live_a1B2c3D4e5F6g7H8', invoice: null })).toBe('C3D4E5F6G7H8')
  })

  test('is drawn with a sound logo, and without one whose pixels cannot be read', async () => {
    const png = (data: Buffer) =>
      Buffer.concat([SIGNATURE, chunk('IHDR', HEADER), chunk('IDAT', data), chunk('IEND', NOTHING)])
    const logoOf = (content: Buffer) =>
      brandOf(SENDER, { ...PLAIN_BRAND, logo: { filename: 'logo.png', contentType: 'image/png', content } }).logo
    const sound = png(deflateSync(Buffer.from([0, 255, 0, 0, 128]))) // one red pixel, half transparent
    expect(logoOf(png(Buffer.from('no pixels')))).toBeNull()
    const { pdf } = await invoicePdf(payment(), invoice(), { ...BRAND, logo: logoOf(sound) })
    expect(pdf.toString('latin1')).toContain('/Subtype /Image')
  })

  test('with a logo that is no picture has the name in its place', async () => {
    const brand = { ...BRAND, logo: Buffer.from('\x89PNG no picture') }
    const { pdf } = await invoicePdf(payment(), invoice(), brand)
    expect(await textOf(pdf)).toMatch(/Invoice.*AcmeGmbH.*Invoicenumber/)
  })
})
