import type { BilledInvoice } from '@sluice/database/records'
import type { InvoiceLine, InvoiceTax } from '@sluice/events'

/** The amounts of an invoice in the minor unit, so that each sum in its document is that of the rows above it. */
export interface InvoiceSums {
  /** Lines that the document does not have; 0 if it has all. */
  missing: bigint
  /** All lines, `missing` included. */
  lines: bigint
  discounts: { name: string | null; amount: bigint }[]
  shipping: bigint
  taxes: InvoiceTax[]
  /** The part of the total that nothing above explains. */
  adjustment: bigint
  total: bigint
  /** Negative: the customer's credit paid a part. Positive: the customer owed it from before. */
  balance: bigint
  /** Credit notes from before the payment. */
  credited: bigint
  /** The part of the amount due that nothing above explains. */
  dueAdjustment: bigint
  due: bigint
  paid: bigint
  /** Paid in another way than through Stripe. */
  paidOutside: bigint
}

/** The lines of an event, and how many there are. */
export interface Listed {
  lines: InvoiceLine[]
  details: { lineCount: number | null } | null
}

export type SummedInvoice = Pick<BilledInvoice, 'status' | 'amountDue' | 'amountPaid' | 'tax' | 'lines' | 'details'>

export function sumsOf(invoice: SummedInvoice): InvoiceSums {
  const { details } = invoice
  const shown = sum(invoice.lines.map(({ amount }) => amount))
  const total = BigInt(details?.total ?? invoice.amountDue)
  const taxes = details?.taxes ?? recordedTax(invoice, shown, total)
  const discounts = (details?.discounts ?? []).map(({ name, amount }) => ({ name, amount: BigInt(amount) }))
  const shipping = BigInt(details?.shipping ?? 0)
  const onTop = sum(taxes.filter(({ inclusive }) => !inclusive).map(({ amount }) => amount))
  const expected = total - onTop - shipping + sum(discounts.map(({ amount }) => amount))
  const missing = hasAllLines(invoice) ? 0n : BigInt(details?.subtotal ?? expected) - shown
  const lines = shown + missing
  return {
    missing,
    lines,
    discounts,
    shipping,
    taxes,
    adjustment: expected - lines,
    total,
    ...paymentOf(invoice, total),
  }
}

const sum = (amounts: (number | bigint)[]): bigint => amounts.reduce<bigint>((all, one) => all + BigInt(one), 0n)

/** The event tells how many lines there are, or at least that it left some out. Rows of older versions do not. */
export const hasAllLines = ({ lines, details }: Listed): boolean =>
  details === null || (details.lineCount !== null && details.lineCount <= lines.length)

/** Rows of older versions have one tax, and do not tell whether the prices include it. */
function recordedTax({ tax }: SummedInvoice, lines: bigint, total: bigint): InvoiceTax[] {
  if (!tax) return []
  const inclusive = lines === total
  return [{ amount: Number(tax), inclusive, rate: null, name: null, reason: null, taxableAmount: null }]
}

type PaymentSums = Pick<InvoiceSums, 'balance' | 'credited' | 'dueAdjustment' | 'due' | 'paid' | 'paidOutside'>

function paymentOf(invoice: SummedInvoice, total: bigint): PaymentSums {
  const { status, amountPaid, details } = invoice
  const credited = BigInt(details?.credited ?? 0)
  const due = dueOf(invoice, total - credited)
  const rest = due - total + credited
  const usesBalance = details?.endingBalance == null || details.startingBalance !== details.endingBalance
  const balance = usesBalance && details ? rest : 0n
  const outside = BigInt(details?.paidOutside ?? 0)
  const paidOutside = outside === 0n && status === 'paid' && amountPaid < due ? due - amountPaid : outside
  const paid = amountPaid + paidOutside > due ? due - paidOutside : amountPaid
  return { balance, credited, dueAdjustment: rest - balance, due, paid, paidOutside }
}

/** Some API versions do not subtract every credit from the amount due. */
function dueOf({ amountDue, details }: SummedInvoice, credited: bigint): bigint {
  if (details?.endingBalance == null) return amountDue
  const owed = credited + BigInt((details.startingBalance ?? 0) - details.endingBalance)
  return owed < amountDue && owed >= 0n ? owed : amountDue
}
