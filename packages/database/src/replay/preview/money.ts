import type { ChangedRow } from './changed-rows.ts'

/** How much a replay would add to an account of the ledger, debits less credits, in the currency's minor unit. */
export interface MoneyChange {
  account: string
  currency: string
  change: number
}

/** Sums the lines that would be booked. */
export function moneyOf(rows: ChangedRow[]): MoneyChange[] {
  const sums = new Map<string, MoneyChange>()
  for (const row of rows) {
    if (row.table !== 'ledger_entries' || !row.isNew) continue
    const value = (name: string) =>
      row.columns.flatMap((one) => (one.column === name && 'after' in one ? [one.after] : []))[0]
    const [account, currency] = [String(value('account')), String(value('currency'))]
    const sum = sums.get(`${account} ${currency}`) ?? { account, currency, change: 0 }
    sum.change += Number(value('amount')) * (value('direction') === 'debit' ? 1 : -1)
    sums.set(`${account} ${currency}`, sum)
  }
  return [...sums.values()]
    .filter(({ change }) => change !== 0)
    .sort((a, b) => (`${a.account} ${a.currency}` < `${b.account} ${b.currency}` ? -1 : 1))
}
