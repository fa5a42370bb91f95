import type { LedgerEntryFact, PaymentFact } from '@sluice/events'

/** The two sides of a payment in the ledger: cash came in, revenue was made. One of nothing, as for a trial, has none. */
export function updateAccounting({ paymentId, amount, currency }: PaymentFact): LedgerEntryFact[] {
  if (amount <= 0) return []
  const entryKey = `payment:${paymentId}`
  return [{ kind: 'ledgerEntry', entryKey, paymentId, debit: 'cash', credit: 'revenue', amount, currency }]
}
