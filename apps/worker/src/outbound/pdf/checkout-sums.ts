import type { CheckoutDetails, InvoiceTax } from '@sluice/events'
import type { InvoiceSums } from './invoice-sums.ts'

/** The amounts of a payment without an invoice, with those of its Checkout session if it had one. */
export function checkoutSums(paid: bigint, checkout: CheckoutDetails | null): InvoiceSums {
  const discount = BigInt(checkout?.discount ?? 0)
  const shipping = BigInt(checkout?.shipping ?? 0)
  const tax = BigInt(checkout?.tax ?? 0)
  const subtotal = BigInt(checkout?.subtotal ?? paid)
  const withoutTax = subtotal - discount + shipping
  const inclusive = withoutTax === paid
  const adjustment = paid - withoutTax - (inclusive ? 0n : tax)
  return {
    missing: 0n,
    lines: subtotal,
    discounts: [{ name: null, amount: discount }],
    shipping,
    taxes: tax === 0n ? [] : [taxOf(tax, inclusive)],
    adjustment,
    total: paid,
    balance: 0n,
    credited: 0n,
    dueAdjustment: 0n,
    due: paid,
    paid,
    paidOutside: 0n,
  }
}

/** A session has one amount of tax, and does not tell whether its prices include it. */
const taxOf = (amount: bigint, inclusive: boolean): InvoiceTax => ({
  amount: Number(amount),
  inclusive,
  rate: null,
  name: null,
  reason: null,
  taxableAmount: null,
})
