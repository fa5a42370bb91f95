import type { BilledPayment } from '@sluice/database/records'
import { formatMoney } from '@sluice/emails'
import type { Total } from './totals.ts'
import type { Words } from './words.ts'

/** The amount of a payment in the other currency, if the buyer was charged in another one than the seller's. */
export function convertedAmount({ currency, checkout }: BilledPayment, { labels, language }: Words): Total | null {
  const conversion = checkout?.conversion
  if (!conversion) return null
  const { presented, settled } = conversion
  const isSettled = settled.currency.toLowerCase() === currency.toLowerCase()
  const other = isSettled ? presented : settled
  return {
    label: isSettled ? labels.charged : labels.settled,
    value: formatMoney(other.amount, other.currency, language),
  }
}
