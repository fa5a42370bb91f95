import type { Fact, PaymentFact } from '@sluice/events'

/** A payment that succeeded, with its two sides in the ledger. One of nothing, as for a trial, moves no money. */
export function bookPayment(payment: PaymentFact): Fact[] {
  if (payment.amount <= 0) return [payment]
  const { paymentId, amount, currency } = payment
  const entryKey = `payment:${paymentId}`
  return [payment, { kind: 'ledgerEntry', entryKey, paymentId, debit: 'cash', credit: 'revenue', amount, currency }]
}
