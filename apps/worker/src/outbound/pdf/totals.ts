import type { InvoiceLine } from '@sluice/events'
import { moneyText } from '../format/currency.ts'

export interface Sum {
  lines: InvoiceLine[]
  tax: bigint | null
  total: bigint
  currency: string
}

/**
 * What leads from the lines to the total. Tax may be part of the lines' amounts or come on top; what else is between
 * them (a discount, a credit, lines beyond the ten that events carry) is told as one amount.
 */
export function subtotals({ lines, tax, total, currency }: Sum): [string, string][] {
  const money = (amount: bigint) => moneyText(amount, currency)
  const sum = lines.reduce((so, { amount }) => so + BigInt(amount), 0n)
  if (sum === total) return tax ? [['Includes tax', money(tax)]] : []
  const rest = total - sum - (tax ?? 0n)
  return [
    ['Subtotal', money(sum)],
    ...(rest !== 0n ? [['Discounts, credits and other items', money(rest)] as [string, string]] : []),
    ...(tax ? [['Tax', money(tax)] as [string, string]] : []),
  ]
}
