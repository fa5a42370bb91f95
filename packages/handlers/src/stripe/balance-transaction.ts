import type { BalanceMovement, Fee } from '@sluice/events'
import { z } from 'zod'
import { amount, seconds } from './object.ts'

/** Some fields of a balance transaction: https://docs.stripe.com/api/balance_transactions/object */
const BalanceTransaction = z.object({
  id: z.string().min(1).nullish(),
  amount,
  fee: amount.nullish(),
  currency: z.string().min(1).nullish(),
  created: seconds.nullish(),
})

type Expanded = z.output<typeof BalanceTransaction>

/** The transaction, where the event contains it and not only its id. */
export const ExpandedTransaction = z
  .union([BalanceTransaction, z.string().transform(() => null)])
  .nullish()
  .transform((transaction) => transaction ?? null)

/** The transactions of a dispute. Absent before 2014. */
export const BalanceTransactions = z
  .array(ExpandedTransaction)
  .nullish()
  .transform((transactions) => (transactions ?? []).filter((one) => one !== null))

/** The movements, in the currency of the Stripe balance; default: `currency`. */
export const movementsOf = (transactions: Expanded[], currency: string): BalanceMovement[] =>
  transactions.map((transaction) => ({
    id: transaction.id ?? null,
    amount: transaction.amount,
    fee: transaction.fee ?? 0,
    currency: transaction.currency ?? currency,
    created: transaction.created?.toISOString() ?? null,
  }))

/** The fee of a transaction, if there is one. */
export function feeOf(transaction: Expanded | null, currency: string): { fee?: Fee } {
  if (!transaction?.fee) return {}
  return { fee: { amount: transaction.fee, currency: transaction.currency ?? currency } }
}
