import type { Person } from '../../api/types.ts'
import { formatMoney } from '../../parts/money.ts'
import { Time } from '../../parts/time.tsx'

type Line = Person['ledger'][number]

/** The money that came in and went out, with the balance of each currency after each entry. */
export const Balance = ({ lines }: { lines: Line[] }) => (
  <table className="rows">
    <caption className="unseen">Cash with its running balance, the newest first</caption>
    <thead>
      <tr>
        <th scope="col">Entry</th>
        <th scope="col" className="number">
          Cash
        </th>
        <th scope="col" className="number">
          Balance
        </th>
        <th scope="col">Booked</th>
      </tr>
    </thead>
    <tbody>
      {runningOf(lines).map(({ line, amount, balance }) => (
        <tr key={line.id}>
          <th scope="row" className="id">
            {line.entryKey}
          </th>
          <td className="number" data-label="cash">
            {formatMoney(amount, line.currency)}
          </td>
          <td className="number" data-label="balance">
            {formatMoney(balance, line.currency)}
          </td>
          <td className="when">
            <Time at={line.createdAt} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

/** @param lines newest first, as the result is */
export function runningOf(lines: Line[]): { line: Line; amount: number; balance: number }[] {
  const balances = new Map<string, number>()
  return lines
    .filter(({ account }) => account === 'cash')
    .toReversed()
    .map((line) => {
      const amount = line.direction === 'debit' ? line.amount : -line.amount
      const balance = (balances.get(line.currency) ?? 0) + amount
      balances.set(line.currency, balance)
      return { line, amount, balance }
    })
    .toReversed()
}
