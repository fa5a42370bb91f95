import type { BilledCreditNote } from '@sluice/database/records'
import type { InvoiceDetails } from '@sluice/events'
import type { DocumentBrand } from './brand.ts'
import { invoiceTable, type TabledInvoice, totalRows } from './invoice-rows.ts'
import { sumsOf } from './invoice-sums.ts'
import { numberOfCreditNote } from './number.ts'
import { draw } from './page.ts'
import type { Page } from './page-content.ts'
import type { PaperDocument } from './paper-document.ts'
import { buyerParty, sellerParty } from './parties.ts'
import { taxNotes } from './taxes.ts'
import { type Words, wordsFor } from './words.ts'

/** The document of a credit note. The parties are those of its invoice. */
export async function creditNotePdf(creditNote: BilledCreditNote, brand: DocumentBrand): Promise<PaperDocument> {
  const { creditNoteId, currency, details, invoice, issuedAt: date } = creditNote
  const number = numberOfCreditNote(creditNote)
  const words = wordsFor(creditNote.locales, currency, brand.language)
  const { labels, money, day, say, language, locale } = words
  const amount = money(creditNote.amount)
  const pdf = await draw({
    language,
    locale,
    title: labels.creditNote,
    number,
    date,
    brand,
    facts: [
      [labels.creditNoteNumber, number],
      [labels.dateOfIssue, day(date)],
      [labels.forInvoice, invoiceOf(creditNote, words)],
    ],
    parties: [
      sellerParty(brand, invoice?.details?.seller ?? null, words),
      buyerParty(invoice?.details?.buyer ?? null, creditNote.email, words),
    ],
    headline: say('creditedOn', { amount, date: day(date) }),
    memo: creditNote.memo,
    ...contentsOf(creditNote, words),
    notes: [
      ...taxNotes(details?.taxes ?? [], invoice?.details?.buyer.taxExempt ?? null, words),
      ...(brand.footer ? [brand.footer] : []),
    ],
    isTest: creditNote.livemode === false,
  })
  return { kind: 'credit_note', paymentId: creditNoteId, number, pdf }
}

/** The number of the invoice, with its date if known: a credit note must name both. */
function invoiceOf({ invoice, invoiceId }: BilledCreditNote, { day }: Words): string {
  const date = invoice?.details?.issuedAt ? new Date(invoice.details.issuedAt) : invoice?.createdAt
  return [invoice?.number ?? invoiceId, date ? day(date) : null].filter(Boolean).join(', ')
}

/** The lines of the credit note; one without lines is one line for its invoice. */
function contentsOf(creditNote: BilledCreditNote, words: Words): Pick<Page, 'table' | 'totals'> {
  const { labels, money } = words
  const amount = money(creditNote.amount)
  const credited = { label: labels.credited, value: amount, kind: 'sum' as const }
  if (creditNote.lines.length === 0) {
    const description = [labels.invoice, creditNote.invoice?.number ?? creditNote.invoiceId].filter(Boolean).join(' ')
    return {
      table: { head: [labels.description, labels.amount], rows: [{ description, cells: [amount] }] },
      totals: [credited],
    }
  }
  const summed = summedOf(creditNote)
  const sums = sumsOf(summed)
  const totals = totalRows(sums, creditNote.invoice?.details?.seller.country ?? null, words)
  return { table: invoiceTable(summed, sums, words), totals: [...totals, credited] }
}

const NO_DETAILS: Omit<InvoiceDetails, keyof NonNullable<BilledCreditNote['details']>> = {
  startingBalance: null,
  endingBalance: null,
  credited: 0,
  paidOutside: 0,
  issuedAt: null,
  dueAt: null,
  description: null,
  footer: null,
  customFields: [],
  seller: { name: null, country: null, taxIds: [] },
  buyer: { name: null, address: null, taxIds: [], taxExempt: null },
}

/** A credit note adds up as an invoice does. */
function summedOf({ lines, details, amount, tax, currency, invoice }: BilledCreditNote): TabledInvoice {
  return {
    status: 'issued',
    currency,
    lines,
    amountDue: BigInt(details?.total ?? amount),
    amountPaid: 0n,
    tax,
    details: details && { ...NO_DETAILS, ...details },
    periodStart: invoice?.periodStart ?? null,
    periodEnd: invoice?.periodEnd ?? null,
  }
}
