import type { LedgerEntryFact, LedgerLine } from '@sluice/events'
import type { Pool } from 'pg'
import { findBooked } from '../booked.ts'
import type { Booked } from '../entries.ts'
import type { Finding } from './finding.ts'

/** Checks that each entry is booked: what is under its key and what corrects it add up to its lines. */
export async function checkBooked(pool: Pool, entries: LedgerEntryFact[]): Promise<Finding[]> {
  const booked = await findBooked(pool, entries)
  return entries.flatMap((entry) => {
    const [expected, found] = [sumsOfEntry(entry), sumsOfRows(booked.get(entry.entryKey) ?? [])]
    return found === expected ? [] : [{ key: entry.entryKey, expected, found }]
  })
}

const sumsOfEntry = ({ lines, currency, paymentId }: LedgerEntryFact): string =>
  describeSums(lines.map((line) => [nameOf(line.account, currency, paymentId), signed(line)]))

const sumsOfRows = (rows: Booked[]): string =>
  describeSums(rows.map((row) => [nameOf(row.account, row.currency, row.payment_id), row.amount]))

const nameOf = (account: string, currency: string, paymentId: string) => JSON.stringify([account, currency, paymentId])

const signed = ({ direction, amount }: LedgerLine): number => (direction === 'debit' ? amount : -amount)

/** `debit cash 400 usd of in_1, credit refunds 400 usd of in_1`; `nothing` when all sums are zero. */
function describeSums(lines: [name: string, amount: number][]): string {
  const sums = new Map<string, number>()
  for (const [name, amount] of lines) sums.set(name, (sums.get(name) ?? 0) + amount)
  const parts = [...sums].flatMap(([name, sum]) => {
    const [account, currency, paymentId] = JSON.parse(name)
    return sum === 0 ? [] : [{ sum, text: `${account} ${Math.abs(sum)} ${currency} of ${paymentId}` }]
  })
  const sorted = parts.sort((a, b) => Number(b.sum > 0) - Number(a.sum > 0) || (a.text < b.text ? -1 : 1))
  return sorted.map(({ sum, text }) => `${sum > 0 ? 'debit' : 'credit'} ${text}`).join(', ') || 'nothing'
}
