import type { Person } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { formatMoney } from '../../parts/money.ts'
import { Time } from '../../parts/time.tsx'

type Line = Person['ledger'][number]

/** The money that came in and went out, with the balance of each currency after each entry. */
export const Balance = ({ lines }: { lines: Line[] }) => (
  <DataTable
    caption="Cash with its running balance, the newest first"
    heads={['Entry', { number: 'Cash' }, { number: 'Balance' }, 'Booked']}
  >
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
  </DataTable>
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
