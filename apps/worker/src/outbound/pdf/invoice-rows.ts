import type { BilledInvoice } from '@sluice/database/records'
import { formatNumber, formatPercent, formatUnitPrice } from '@sluice/emails'
import type { InvoiceLine } from '@sluice/events'
import { hasAllLines, type InvoiceSums, type SummedInvoice } from './invoice-sums.ts'
import type { Row, Table } from './table.ts'
import { includedTaxRows, nounOf, taxRows } from './taxes.ts'
import type { Total } from './totals.ts'
import type { Words } from './words.ts'

export type TabledInvoice = SummedInvoice & Pick<BilledInvoice, 'currency' | 'periodStart' | 'periodEnd'>

/** The lines of an invoice. Unit prices and tax rates have a column if a line has one. */
export function invoiceTable(invoice: TabledInvoice, sums: InvoiceSums, words: Words): Table {
  const { labels } = words
  const columns = columnsFor(invoice, words)
  const rows = invoice.lines.map((line) => ({
    description: line.description.replace(/\s+/g, ' ').trim() || labels.item,
    detail: periodOf(line, invoice, words),
    cells: columns.map(({ cellOf }) => cellOf(line)),
  }))
  const head = [labels.description, ...columns.map(({ title }) => title)]
  return { head, rows: [...rows, ...missingRow(invoice, sums, columns.length, words)] }
}

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
    cellOf: ({ taxRates = [] }: InvoiceLine) => taxRates.map((rate) => formatPercent(rate, language)).join(' + '),
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

/** One row for the lines that the event left out, and that nobody could fetch. */
function missingRow(invoice: TabledInvoice, { missing }: InvoiceSums, columns: number, words: Words): Row[] {
  if (hasAllLines(invoice)) return []
  const count = (invoice.details?.lineCount ?? 0) - invoice.lines.length
  const cells = Array.from({ length: columns }, (_, index) => (index === columns - 1 ? words.money(missing) : ''))
  return [{ description: descriptionOf(count, words), cells }]
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
