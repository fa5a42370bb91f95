import type { BilledInvoice } from '@sluice/database/records'
import { cutText, formatNumber, formatPercent, formatUnitPrice } from '@sluice/emails'
import type { InvoiceLine } from '@sluice/events'
import { DESCRIPTION_MAX, linesThatFit } from './bounds.ts'
import { hasAllLines, type InvoiceSums, type SummedInvoice } from './invoice-sums.ts'
import type { Row, Table } from './table.ts'
import { includedTaxRows, nounOf, taxRows } from './taxes.ts'
import type { Total } from './totals.ts'
import type { Words } from './words.ts'

export type TabledInvoice = SummedInvoice &
  Pick<BilledInvoice, 'currency' | 'periodStart' | 'periodEnd'> &
  Partial<Pick<BilledInvoice, 'hostedInvoiceUrl'>>

/** The lines of an invoice. Unit prices and tax rates have a column if a line has one. */
export function invoiceTable(invoice: TabledInvoice, sums: InvoiceSums, words: Words): Table {
  const { labels } = words
  const columns = columnsFor(invoice, words)
  const shown = linesThatFit(invoice.lines)
  const rows = shown.map((line) => ({
    description: cutText(line.description, DESCRIPTION_MAX).replace(/\s+/g, ' ').trim() || labels.item,
    detail: periodOf(line, invoice, words),
    cells: columns.map(({ cellOf }) => cellOf(line)),
  }))
  const head = [labels.description, ...columns.map(({ title }) => title)]
  return { head, rows: [...rows, ...missingRow(invoice, sums, shown.length, columns.length, words)] }
}

/** Tax rates that a cell names. */
const RATES_MAX = 10

interface Column {
  title: string
  cellOf(line: InvoiceLine): string
}

function columnsFor({ lines, currency }: TabledInvoice, { labels, language, money }: Words): Column[] {
  const quantity = {
    title: labels.quantity,
    cellOf: ({ quantity }: InvoiceLine) => (quantity === null ? '' : formatNumber(quantity, language)),
  }
  const unitPrice = {
    title: labels.unitPrice,
    cellOf: ({ unitAmount }: InvoiceLine) => (unitAmount ? formatUnitPrice(unitAmount, currency, language) : ''),
  }
  const rate = {
    title: labels.taxRate,
    cellOf: ({ taxRates = [] }: InvoiceLine) =>
      taxRates
        .slice(0, RATES_MAX)
        .map((rate) => formatPercent(rate, language))
        .join(' + '),
  }
  const amount = { title: labels.amount, cellOf: ({ amount }: InvoiceLine) => money(amount) }
  return [
    quantity,
    ...(lines.some(({ unitAmount }) => unitAmount) ? [unitPrice] : []),
    ...(lines.some(({ taxRates }) => taxRates?.length) ? [rate] : []),
    amount,
  ]
}

/** The period of a line, if it is not that of the invoice. */
function periodOf({ periodStart, periodEnd }: InvoiceLine, invoice: TabledInvoice, words: Words): string | null {
  if (!periodStart || !periodEnd || periodStart === periodEnd) return null
  const [start, end] = [new Date(periodStart), new Date(periodEnd)]
  const isUsual = isSameDay(start, invoice.periodStart) && isSameDay(end, invoice.periodEnd)
  return isUsual ? null : words.period(start, end)
}

const isSameDay = (date: Date, other: Date | null): boolean =>
  other !== null && date.toISOString().slice(0, 10) === other.toISOString().slice(0, 10)

/**
 * One row for the lines that are too many, or that the event left out and nobody could fetch, with the address of the
 * page that has them.
 */
function missingRow(
  invoice: TabledInvoice,
  { missing }: InvoiceSums,
  shown: number,
  columns: number,
  words: Words,
): Row[] {
  const hidden = invoice.lines.slice(shown)
  if (hasAllLines(invoice) && hidden.length === 0) return []
  const count = Math.max(invoice.details?.lineCount ?? 0, invoice.lines.length) - shown
  const amount = hidden.reduce((sum, line) => sum + BigInt(line.amount), missing)
  const cells = Array.from({ length: columns }, (_, index) => (index === columns - 1 ? words.money(amount) : ''))
  const where = hidden.length > 0 ? (invoice.hostedInvoiceUrl ?? null) : null
  return [{ description: descriptionOf(count, words), detail: where, cells }]
}

function descriptionOf(count: number, words: Words): string {
  if (count < 1) return words.labels.furtherItems
  return count === 1 ? words.labels.moreItem : words.say('moreItems', { count: `${count}` })
}

/** The rows from the lines to the total, and to the amount due if it differs. */
export function totalRows(sums: InvoiceSums, sellerCountry: string | null, words: Words): Total[] {
  const { labels, money } = words
  const noun = nounOf(words, sellerCountry)
  const row = (label: string, amount: bigint): Total[] => (amount === 0n ? [] : [{ label, value: money(amount) }])
  const parts = [
    ...sums.discounts.flatMap(({ name, amount }) =>
      row(name ? words.say('discountNamed', { name }) : labels.discount, -amount),
    ),
    ...row(labels.shipping, sums.shipping),
    ...taxRows(sums.taxes, noun, words),
    ...row(labels.adjustment, sums.adjustment),
  ]
  return [
    ...(parts.length > 0 ? [{ label: labels.subtotal, value: money(sums.lines) }] : []),
    ...parts,
    { label: labels.total, value: money(sums.total), kind: 'sum' },
    ...includedTaxRows(sums.taxes, noun, words),
    ...row(labels.creditNotes, -sums.credited),
    ...row(sums.balance < 0n ? labels.appliedBalance : labels.earlierBalance, sums.balance),
    ...row(labels.adjustment, sums.dueAdjustment),
  ]
}
