import { describe, expect, test } from '@jest/globals'
import { StripeApiError } from '@sluice/providers/stripe/api'
import { withAllLines } from '../../../src/outbound/pdf/fetch-lines.ts'
import { invoicePdf } from '../../../src/outbound/pdf/invoice.ts'
import { UnreachableError } from '../../../src/outbound/unreachable.ts'
import { textOf } from './read-pdf.ts'
import { BRAND, details, invoice, line, payment } from './samples.ts'

/** An invoice of twelve seats, of which its event has the first ten. */
const SHORT = invoice({
  amountDue: 7_800n,
  amountPaid: 7_800n,
  lines: Array.from({ length: 10 }, (_, index) => line(`Seat ${index + 1}`, (index + 1) * 100)),
  details: details({ total: 7_800, subtotal: 7_800, lineCount: 12 }),
})

const PATH = '/v1/invoices/in_1'

const textOfInvoice = async (one: typeof SHORT) => textOf((await invoicePdf(payment({ invoice: one }), one, BRAND)).pdf)

describe('the lines that an event left out', () => {
  test('are one row with their sum, without an API key', async () => {
    const text = await textOfInvoice(await withAllLines(SHORT, PATH, undefined))
    expect(text).toContain('Seat101€10.00€10.00and2moreitems€23.00Total€78.00')
  })

  test('are fetched page by page, for the account of the invoice', async () => {
    const asked: [string, string | null | undefined][] = []
    const page = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => ({
        id: `il_${from + index}`,
        amount: (from + index) * 100,
        description: `Seat ${from + index}`,
        quantity: 1,
      }))
    const whole = await withAllLines({ ...SHORT, account: 'acct_1' }, PATH, async (path, { account }) => {
      asked.push([path, account])
      const isFirst = asked.length === 1
      const object = { object: 'list', data: isFirst ? page(1, 7) : page(8, 12), has_more: isFirst }
      return { object, date: new Date() }
    })
    expect(asked).toEqual([
      ['/v1/invoices/in_1/lines?limit=100', 'acct_1'],
      ['/v1/invoices/in_1/lines?limit=100&starting_after=il_7', 'acct_1'],
    ])
    expect(whole.lines.map(({ description }) => description).at(-1)).toBe('Seat 12')
    const text = await textOfInvoice(whole)
    expect(text).toContain('Seat121€12.00Total€78.00')
    expect(text).not.toContain('more')
  })

  test('stay one row if Stripe refuses, and are waited for if it does not answer', async () => {
    const refused = () => Promise.reject(new StripeApiError('stripe_refused', 'Stripe answered 403'))
    expect(await withAllLines(SHORT, PATH, refused)).toBe(SHORT)
    const down = () => Promise.reject(new StripeApiError('stripe_unavailable', 'Stripe did not answer', 1_000))
    await expect(withAllLines(SHORT, PATH, down)).rejects.toThrow(UnreachableError)
  })

  test('are not asked for if the event has them all, or if it is of an older version', async () => {
    const never = () => Promise.reject(new Error('asked'))
    for (const one of [invoice(), invoice({ details: null })]) expect(await withAllLines(one, PATH, never)).toBe(one)
  })

  test('are not those of another shape', async () => {
    const odd = async () => ({ object: { data: 'none' }, date: new Date() })
    expect(await withAllLines(SHORT, PATH, odd)).toBe(SHORT)
  })
})
