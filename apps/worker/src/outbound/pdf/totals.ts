import type { InvoiceLine } from '@sluice/events'
import { moneyText } from '../format/currency.ts'

export interface Sum {
  lines: InvoiceLine[]
  tax: bigint | null
  total: bigint
  currency: string
}

/**
 * The rows between the lines and the total. Tax is included in the lines or added to them; any other difference (a
 * discount, a credit, lines beyond the ten that events carry) is shown as one amount.
 */
export function subtotals({ lines, tax, total, currency }: Sum): [string, string][] {
  const money = (amount: bigint) => moneyText(amount, currency)
  const sum = lines.reduce((total, { amount }) => total + BigInt(amount), 0n)
  if (sum === total) return tax ? [['Includes tax', money(tax)]] : []
  const rest = total - sum - (tax ?? 0n)
  return [
    ['Subtotal', money(sum)],
    ...(rest !== 0n ? [['Discounts, credits and other items', money(rest)] as [string, string]] : []),
    ...(tax ? [['Tax', money(tax)] as [string, string]] : []),
  ]
}
