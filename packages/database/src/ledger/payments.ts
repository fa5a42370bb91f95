import type { LedgerEntryFact, LedgerLine, PaidMoney } from '@sluice/events'
import type { Merged } from '../merges/merge-rows.ts'
import { isUnpriced, modern, type PaymentInput, type PaymentRegisters, paidOf } from '../merges/payment.ts'
import type { TracedEntry } from './entries.ts'

/** The entries of the payments that succeeded, or partly succeeded, and whose rows changed. */
export const entriesOfPayments = (payments: PaymentInput[], merged: Merged | undefined): TracedEntry[] =>
  payments.flatMap(({ paymentId, status, webhookEventId }) => {
    const registers = merged?.registers.get(paymentId) as PaymentRegisters | undefined
    return registers && status === 'succeeded' ? [{ webhookEventId, ...entryOfPayment(paymentId, registers) }] : []
  })

/**
 * The entry of a payment that succeeded. It has no lines if no money moved, if another payment has the money, or while
 * the price of what was paid is unknown.
 */
export function entryOfPayment(paymentId: string, registers: PaymentRegisters): LedgerEntryFact {
  const { account, livemode, currency, movedTo } = modern(registers)
  return {
    kind: 'ledgerEntry',
    entryKey: `payment:${paymentId}`,
    paymentId,
    stripeAccount: account ?? null,
    livemode: livemode ?? null,
    currency,
    lines: movedTo === undefined && !isUnpriced(registers) ? linesOfPayment(paidOf(registers)) : [],
  }
}

/** Cash and money outside Stripe are revenue and tax. A part of the price pays the same part of the tax. */
export function linesOfPayment({ amount, external, total, tax }: PaidMoney): LedgerLine[] {
  const taxPaid = Math.min(tax, amount, shareOf(tax, amount, total))
  const lines: LedgerLine[] = [
    { account: 'cash', direction: 'debit', amount: amount - external },
    { account: 'external', direction: 'debit', amount: external },
    { account: 'revenue', direction: 'credit', amount: amount - taxPaid },
    { account: 'tax', direction: 'credit', amount: taxPaid },
  ]
  return lines.filter((line) => line.amount > 0)
}

/** `part / whole` of an amount, rounded. The product may be above what a number holds exactly. */
function shareOf(amount: number, part: number, whole: number): number {
  if (whole <= 0) return 0
  return Number((BigInt(amount) * BigInt(part) * 2n + BigInt(whole)) / (BigInt(whole) * 2n))
}
