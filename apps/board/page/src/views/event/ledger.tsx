import type { EventLife } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { formatMoney } from '../../parts/money.ts'
import { Time } from '../../parts/time.tsx'

type Line = EventLife['ledger'][number]

/** The entries of the payments that the event is about, with their sums. Those of other events are marked. */
export function Ledger({ lines }: { lines: Line[] }) {
  return (
    <DataTable
      caption="Lines of the ledger"
      heads={['Entry', 'Account', { number: 'Debit' }, { number: 'Credit' }, 'Booked']}
    >
      <tbody>
        {lines.map((line) => (
          <tr key={line.id}>
            <th scope="row">
              <span className="id">{line.entryKey}</span>
              {!line.isOwn && <span className="below">by another event</span>}
            </th>
            <td>{line.account}</td>
            <Amount line={line} direction="debit" />
            <Amount line={line} direction="credit" />
            <td className="when">
              <Time at={line.createdAt} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        {[...new Set(lines.map(({ currency }) => currency))].map((currency) => (
          <tr key={currency}>
            <th scope="row" colSpan={2}>
              Sum {currency.toUpperCase()}
            </th>
            <td className="number" data-label="debit">
              {formatMoney(sumOf(lines, currency, 'debit'), currency)}
            </td>
            <td className="number" data-label="credit">
              {formatMoney(sumOf(lines, currency, 'credit'), currency)}
            </td>
            <td>{isBalanced(lines, currency) ? 'balanced' : <strong className="error">not balanced</strong>}</td>
          </tr>
        ))}
      </tfoot>
    </DataTable>
  )
}

function Amount({ line, direction }: { line: Line; direction: string }) {
  return (
    <td className="number" data-label={direction}>
      {line.direction === direction && formatMoney(line.amount, line.currency)}
    </td>
  )
}

const sumOf = (lines: Line[], currency: string, direction: string): number =>
  lines.reduce((sum, line) => (line.currency === currency && line.direction === direction ? sum + line.amount : sum), 0)

const isBalanced = (lines: Line[], currency: string): boolean =>
  sumOf(lines, currency, 'debit') === sumOf(lines, currency, 'credit')
