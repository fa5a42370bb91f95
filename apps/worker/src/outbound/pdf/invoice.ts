import type { BilledInvoice, BilledPayment } from '@sluice/database/records'
import type { DocumentBrand } from './brand.ts'
import { invoiceTable, totalRows } from './invoice-rows.ts'
import { type InvoiceSums, sumsOf } from './invoice-sums.ts'
import { numberOf } from './number.ts'
import { draw } from './page.ts'
import type { PaperDocument } from './paper-document.ts'
import { buyerParty, sellerParty } from './parties.ts'
import { taxNotes } from './taxes.ts'
import type { Total } from './totals.ts'
import { type Words, wordsFor } from './words.ts'

/** The document of a paid invoice. */
export async function invoicePdf(
  payment: BilledPayment,
  invoice: BilledInvoice,
  brand: DocumentBrand,
): Promise<PaperDocument> {
  const number = numberOf(payment)
  const words = wordsFor(payment.locales, invoice.currency, brand.language)
  const { details } = invoice
  const sums = sumsOf(invoice)
  const pdf = await draw({
    language: words.language,
    locale: words.locale,
    title: words.labels.invoice,
    number,
    date: issuedAt(invoice, payment),
    brand,
    facts: factsOf(number, payment, invoice, sums, words),
    parties: [
      sellerParty(brand, details?.seller ?? null, words),
      buyerParty(details?.buyer ?? null, invoice.email ?? payment.email, words),
    ],
    headline: headlineOf(sums, payment, words),
    memo: details?.description ?? null,
    table: invoiceTable(invoice, sums, words),
    totals: [...totalRows(sums, details?.seller.country ?? null, words), ...paymentRows(sums, words)],
    notes: [
      ...taxNotes(sums.taxes, details?.buyer.taxExempt ?? null, words),
      ...[details?.footer, brand.footer].filter((note) => typeof note === 'string'),
    ],
    isTest: payment.livemode === false,
  })
  return { kind: 'invoice', paymentId: payment.paymentId, number, pdf }
}

const issuedAt = ({ details, createdAt }: BilledInvoice, { occurredAt }: BilledPayment): Date =>
  details?.issuedAt ? new Date(details.issuedAt) : (createdAt ?? occurredAt)

function factsOf(
  number: string,
  payment: BilledPayment,
  invoice: BilledInvoice,
  { paid, paidOutside }: InvoiceSums,
  words: Words,
): [string, string][] {
  const { labels, day } = words
  const { details } = invoice
  return [
    [labels.invoiceNumber, number],
    [labels.dateOfIssue, day(issuedAt(invoice, payment))],
    supplyOf(invoice, payment, words),
    ...(details?.dueAt ? [[labels.dateDue, day(new Date(details.dueAt))] as [string, string]] : []),
    ...(paid + paidOutside > 0n ? [[labels.datePaid, day(payment.occurredAt)] as [string, string]] : []),
    ...(details?.customFields ?? []).map(({ name, value }): [string, string] => [name, value]),
  ]
}

/** The period of supply, or its day if it is one. */
function supplyOf(invoice: BilledInvoice, payment: BilledPayment, { labels, day, period }: Words): [string, string] {
  const { periodStart: start, periodEnd: end } = invoice
  if (!start || !end) return [labels.dateOfSupply, day(issuedAt(invoice, payment))]
  return day(start) === day(end) ? [labels.dateOfSupply, day(start)] : [labels.period, period(start, end)]
}

function headlineOf({ due, total }: InvoiceSums, { occurredAt }: BilledPayment, words: Words): string {
  const amount = words.money(due > 0n ? due : total)
  return words.say('paidOn', { amount, date: words.day(occurredAt) })
}

function paymentRows({ due, paid, paidOutside }: InvoiceSums, { labels, money }: Words): Total[] {
  const row = (label: string, amount: bigint): Total[] => (amount === 0n ? [] : [{ label, value: money(amount) }])
  const open = due - paid - paidOutside
  return [
    ...row(labels.amountPaid, paid),
    ...row(labels.paidOutside, paidOutside),
    { label: labels.amountDue, value: money(open > 0n ? open : 0n), kind: 'sum' },
  ]
}
