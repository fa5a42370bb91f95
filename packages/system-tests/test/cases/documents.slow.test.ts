import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { type CaseEvent, caseOf, loadCase } from './support/case-files.ts'
import type { CaseEmail } from './support/outcome.ts'
import { pdfText } from './support/pdf-text.ts'
import { type CaseRunner, type Settings, withCases } from './support/run-case.ts'

/** The texts of the documents of a case, by the kind in their file names, and its e-mails. */
async function documentsOf(runner: CaseRunner, events: CaseEvent[]): Promise<[Record<string, string>, CaseEmail[]]> {
  const order = events.map((_, index) => index)
  const { emails } = await runner.run({ setup: '', events }, { order, mode: 'batch', repeated: true })
  const texts = await Promise.all(
    emails.flatMap(({ attachments }) =>
      attachments.map(
        async ({ filename, content }) => [filename?.split('-')[0] ?? '', await pdfText(content)] as const,
      ),
    ),
  )
  return [Object.fromEntries(texts), emails]
}

/** A case with fields of its last object replaced. */
function changed(name: string, fields: Record<string, unknown>): CaseEvent[] {
  const events = loadCase(name).events.map(({ name, body }) => ({ name, body: JSON.parse(body) }))
  Object.assign(events.at(-1)?.body.data.object, fields)
  return caseOf(events.map(({ name, body }) => ({ name, body: JSON.stringify(body) }))).events
}

const eventsOf = (name: string): CaseEvent[] => loadCase(name).events

const SHOWN: [title: string, events: CaseEvent[], receipt: string[], invoice: string[]][] = [
  [
    'tax-inclusive-discount',
    eventsOf('tax-inclusive-discount'),
    ['Subtotal€23.80', 'Discount-€4.76', 'Total€19.04', 'Includestax€3.04', 'Amountpaid€19.04'],
    ['Subtotal€23.80', 'Discount-€4.76', 'Total€19.04', 'Includestax€3.04', 'Amountdue€0.00'],
  ],
  [
    'tax-exclusive-discount',
    eventsOf('tax-exclusive-discount'),
    ['Subtotal€20.00', 'Discount-€4.00', 'Tax€3.04', 'Total€19.04'],
    ['Subtotal€20.00', 'Discount-€4.00', 'Tax€3.04', 'Total€19.04'],
  ],
  [
    'balance-pays-part',
    eventsOf('balance-pays-part'),
    ['Total$20.00', 'Appliedbalance-$5.00', 'Amountpaid$15.00'],
    ['Total$20.00', 'Appliedbalance-$5.00', 'Amountpaid$15.00', 'Amountdue$0.00'],
  ],
  [
    'twelve-lines, without an API key',
    eventsOf('twelve-lines'),
    ['Seat101$10.00', 'and2moreitems$23.00', 'Total$78.00'],
    ['and2moreitems$23.00', 'Total$78.00'],
  ],
  ['japanese-invoice', eventsOf('japanese-invoice'), ['プロプラン（月額）'], ['プロプラン（月額）', 'Total¥1,980']],
  ['german-customer', eventsOf('german-customer'), ['Zahlungsbeleg', '20,00€'], ['Rechnung', 'Leistungszeitraum']],
  [
    'an invoice of more than 2^31, in a currency without decimals',
    changed('japanese-invoice', { amount_due: 13_580_246_790, amount_paid: 13_580_246_790, total: 13_580_246_790 }),
    ['Amountpaid¥13,580,246,790'],
    ['Total¥13,580,246,790'],
  ],
  [
    'an invoice with Arabic, Hebrew, Chinese, Korean and emoji',
    changed('japanese-invoice', {
      customer_name: '专业版 有限公司',
      customer_address: { line1: '서울시 종로구', city: 'תל אביב', country: 'IL' },
      custom_fields: [{ name: 'طلب', value: '🎉 42' }],
    }),
    ['专业版有限公司', '서울시종로구'],
    ['专业版有限公司', '서울시종로구', 'אביב', '🎉', '42'],
  ],
  [
    'a customer who owes the tax',
    changed('german-customer', {
      customer_tax_exempt: 'reverse',
      customer_tax_ids: [{ type: 'eu_vat', value: 'DE999999999' }],
      total_taxes: [{ amount: 0, tax_behavior: 'exclusive', taxability_reason: 'reverse_charge' }],
    }),
    ['DE999999999'],
    ['SteuerschuldnerschaftdesLeistungsempfängers.', 'USt-IdNr.DE999999999'],
  ],
]

test.each(SHOWN)('%s: one e-mail with what is right on receipt and invoice', async (_, events, receipt, invoice) => {
  await withCases(async (runner) => {
    const [texts, emails] = await documentsOf(runner, events)
    expect(emails.map(({ kind }) => kind)).toEqual(['receipt'])
    for (const part of receipt) expect(texts['receipt']).toContain(part)
    for (const part of invoice) expect(texts['invoice']).toContain(part)
    expect(`${texts['receipt']}${texts['invoice']}`).not.toContain('□')
  })
})

test('adaptive-pricing: the presented amount stands beside the settled one, in the e-mail as well', async () => {
  await withCases(async (runner) => {
    const [texts, emails] = await documentsOf(runner, eventsOf('adaptive-pricing'))
    expect(texts['receipt']).toContain('$10.00(€9.20)paidon')
    expect(texts['receipt']).toContain('Chargedtoyou€9.20')
    expect(emails[0]?.text).toMatch(/€9\.20/)
  })
})

test('an invoice that the balance paid whole has its document, and no receipt', async () => {
  await withCases(async (runner) => {
    const events = changed('balance-pays-part', { amount_due: 0, amount_paid: 0, starting_balance: -2_000 })
    const [texts, emails] = await documentsOf(runner, events)
    expect(emails.map(({ kind }) => kind)).toEqual(['invoice'])
    expect(texts['invoice']).toContain('Total$20.00Appliedbalance-$20.00Amountdue$0.00')
  })
})

test('credit-note-post-payment: the credit note goes to the customer, with its invoice', async () => {
  await withCases(async (runner) => {
    const [texts, emails] = await documentsOf(runner, eventsOf('credit-note-post-payment'))
    expect(emails.map(({ kind }) => kind).sort()).toEqual(['credit_note', 'receipt'])
    for (const part of ['X-CN-01', 'ForinvoiceCREDITNOTEPOST1-1', 'Amountcredited$7.00'])
      expect(texts['credit']).toContain(part)
  })
})

test('twelve-lines: with an API key, the lines that the event left out are fetched', async () => {
  await withLines(async (settings) => {
    await withCases(async (runner) => {
      const [texts] = await documentsOf(runner, eventsOf('twelve-lines'))
      for (const text of [texts['receipt'], texts['invoice']]) {
        expect(text).toContain('Seat111$11.00Seat121$12.00Total$78.00')
        expect(text).not.toContain('moreitem')
      }
    }, settings)
  })
})

/** Answers as `GET /v1/invoices/:id/lines` does, five lines a page. */
async function withLines(use: (settings: Settings) => Promise<void>): Promise<void> {
  const lines = Array.from({ length: 12 }, (_, index) => ({
    id: `il_${index + 1}`,
    object: 'line_item',
    amount: (index + 1) * 100,
    description: `Seat ${index + 1}`,
    quantity: 1,
  }))
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stripe')
    const start = lines.findIndex(({ id }) => id === searchParams.get('starting_after')) + 1
    const found = pathname === '/v1/invoices/in_twelvelines1_1/lines'
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json', date: new Date().toUTCString() })
    response.end(JSON.stringify({ object: 'list', data: lines.slice(start, start + 5), has_more: start + 5 < 12 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await use({ STRIPE_API_KEY: 'sk_test_1', STRIPE_API_BASE: `http://127.0.0.1:${port}` })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('INVOICE_DOCUMENT', () => {
  test.each([
    ['attach', [['receipt', 2]]],
    [
      'separate',
      [
        ['invoice', 1],
        ['receipt', 1],
      ],
    ],
    ['stripe', [['receipt', 2]]], // the event has no `invoice_pdf`, so it is ours
    ['none', [['receipt', 1]]],
  ])('%s: e-mails with their number of documents', async (mode, expected) => {
    await withCases(
      async (runner) => {
        const [, emails] = await documentsOf(runner, eventsOf('japanese-invoice'))
        expect(emails.map(({ kind, attachments }) => [kind, attachments.length])).toEqual(expected)
      },
      { INVOICE_DOCUMENT: mode },
    )
  })
})
