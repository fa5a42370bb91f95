import type { BilledPayment } from '@sluice/database/records'
import type { DocumentBrand } from './brand.ts'
import { checkoutSums } from './checkout-sums.ts'
import { convertedAmount } from './conversion.ts'
import { invoiceTable, totalRows } from './invoice-rows.ts'
import { sumsOf } from './invoice-sums.ts'
import { numberOf } from './number.ts'
import { draw } from './page.ts'
import type { Page } from './page-content.ts'
import type { PaperDocument } from './paper-document.ts'
import { buyerParty, sellerParty } from './parties.ts'
import { type Words, wordsFor } from './words.ts'

/** The receipt of a payment. */
export async function receiptPdf(payment: BilledPayment, brand: DocumentBrand): Promise<PaperDocument> {
  const { paymentId, amount, occurredAt, invoice, checkout } = payment
  const number = numberOf(payment)
  const words = wordsFor(payment.locales, payment.currency, brand.language)
  const { labels, money, day, language, locale } = words
  const converted = convertedAmount(payment, words)
  const { table, totals } = contentsOf(payment, words)
  const pdf = await draw({
    language,
    locale,
    title: labels.receipt,
    number,
    date: occurredAt,
    brand,
    facts: [
      [labels.receiptNumber, number],
      [labels.datePaid, day(occurredAt)],
    ],
    parties: [
      sellerParty(brand, invoice?.details?.seller ?? null, words),
      buyerParty((invoice?.details ?? checkout)?.buyer ?? null, payment.email, words),
    ],
    headline: words.say('paidOn', {
      amount: converted ? `${money(amount)} (${converted.value})` : money(amount),
      date: day(occurredAt),
    }),
    memo: null,
    table,
    totals: [
      ...totals,
      { label: labels.amountPaid, value: money(amount), kind: 'sum' },
      ...(converted ? [converted] : []),
    ],
    notes: brand.footer ? [brand.footer] : [],
    isTest: payment.livemode === false,
  })
  return { kind: 'receipt', paymentId, number, pdf }
}

/** The lines of the invoice; a payment without an invoice is one line. */
function contentsOf({ amount, invoice, checkout }: BilledPayment, words: Words): Pick<Page, 'table' | 'totals'> {
  if (invoice && invoice.lines.length > 0) {
    const sums = sumsOf(invoice)
    const totals = totalRows(sums, invoice.details?.seller.country ?? null, words)
    return { table: invoiceTable(invoice, sums, words), totals }
  }
  const { labels, money } = words
  const sums = checkoutSums(amount, checkout)
  const rows = [{ description: labels.payment, cells: [money(sums.lines)] }]
  return { table: { head: [labels.description, labels.amount], rows }, totals: totalRows(sums, null, words) }
}
