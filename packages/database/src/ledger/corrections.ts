import type { LedgerAccount, LedgerLine } from '@sluice/events'
import type { Booked, NewEntry, TracedEntry } from './entries.ts'

/** Sums by account, positive for a debit. */
type Sums = Map<string, number>

/**
 * The entries that turn what is booked under a key into what the entry says now: one for each payment and currency that
 * differ, none if nothing differs.
 */
export function correctionsOf(entry: TracedEntry, booked: Booked[]): NewEntry[] {
  const differences = new Map<string, { paymentId: string; currency: string; sums: Sums }>()
  const add = (paymentId: string, currency: string, account: string, amount: number): void => {
    const key = JSON.stringify([paymentId, currency])
    const difference = differences.get(key) ?? { paymentId, currency, sums: new Map() }
    difference.sums.set(account, (difference.sums.get(account) ?? 0) + amount)
    differences.set(key, difference)
  }
  for (const row of booked) add(row.payment_id, row.currency, row.account, -row.amount)
  for (const line of entry.lines) add(entry.paymentId, entry.currency, line.account, signed(line))

  let number = new Set(booked.flatMap(({ entry_key, corrects }) => (corrects ? [entry_key] : []))).size
  return [...differences.values()].flatMap(({ paymentId, currency, sums }) => {
    const lines = linesOf(sums)
    if (lines.length === 0) return []
    number += 1
    const entryKey = `correction:${entry.entryKey}:${number}`
    return [{ ...entry, entryKey, corrects: entry.entryKey, paymentId, currency, lines }]
  })
}

const signed = ({ direction, amount }: LedgerLine): number => (direction === 'debit' ? amount : -amount)

/** The lines that add these sums to their accounts. */
export const linesOf = (sums: Sums): LedgerLine[] =>
  [...sums].flatMap(([account, sum]) =>
    sum === 0
      ? []
      : [
          {
            account: account as LedgerAccount,
            direction: sum > 0 ? ('debit' as const) : ('credit' as const),
            amount: Math.abs(sum),
          },
        ],
  )
