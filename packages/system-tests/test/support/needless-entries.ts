import type { Snapshot } from './replayed-rows.ts'

interface Line {
  entry_key: string
  corrects: string | null
  payment_id: string
  currency: string
  account: string
  direction: string
  amount: number
}

/**
 * The ledger entries that were booked between two snapshots, and that a later one takes back or adds to: each money that
 * differs takes one entry, and none is booked where nothing differs.
 */
export function needlessEntries(before: Snapshot, after: Snapshot): string[] {
  const keys = new Map<string, Set<string>>()
  const sums = new Map<string, Map<string, number>>()
  for (const [name, row] of after) {
    if (!name.startsWith('ledger_entries ') || before.has(name)) continue
    const { entry_key, corrects, payment_id, currency, account, direction, amount } = row as unknown as Line
    const money = `${corrects ?? entry_key} ${payment_id} ${currency}`
    keys.set(money, (keys.get(money) ?? new Set()).add(entry_key))
    const sum = sums.get(money) ?? new Map<string, number>()
    sums.set(money, sum.set(account, (sum.get(account) ?? 0) + (direction === 'debit' ? amount : -amount)))
  }
  return [...keys].flatMap(([money, entries]) => {
    const isNothing = [...(sums.get(money)?.values() ?? [])].every((sum) => sum === 0)
    return entries.size > 1 || isNothing ? [`${money}: ${[...entries].join(', ')}`] : []
  })
}
