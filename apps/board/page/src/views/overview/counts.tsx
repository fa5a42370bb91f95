import type { ReactNode } from 'react'
import type { Overview } from '../../api/types.ts'
import { formatMoney } from '../../parts/money.ts'
import { State } from '../../parts/state.tsx'

/** Payments per currency, effects by kind, generations by status. */
export const Counts = ({ data: { payments, effects, generations } }: { data: Overview }) => (
  <div className="counts">
    <Table name="Payments" heads={['Status', 'Count', 'Sum']} rows={payments.length}>
      {payments.map(({ currency, status, count, amount }) => (
        <tr key={`${currency} ${status}`}>
          <th scope="row">
            <State of={status} /> {currency.toUpperCase()}
          </th>
          <td className="number">{count.toLocaleString()}</td>
          <td className="number">{formatMoney(amount, currency)}</td>
        </tr>
      ))}
    </Table>
    <Table name="Effects" heads={['Kind', 'Status', 'Count']} rows={effects.length}>
      {effects.map(({ kind, status, count }) => (
        <tr key={`${kind} ${status}`}>
          <th scope="row">{kind.replaceAll('_', ' ')}</th>
          <td>
            <State of={status} />
          </td>
          <td className="number">{count.toLocaleString()}</td>
        </tr>
      ))}
    </Table>
    <Table name="Generations" heads={['Status', 'Count']} rows={generations.length}>
      {generations.map(({ status, count }) => (
        <tr key={status}>
          <th scope="row">
            <State of={status} />
          </th>
          <td className="number">{count.toLocaleString()}</td>
        </tr>
      ))}
    </Table>
  </div>
)

function Table({ name, heads, rows, children }: { name: string; heads: string[]; rows: number; children: ReactNode }) {
  if (rows === 0) return null
  return (
    <section>
      <h2>{name}</h2>
      <table className="rows">
        <caption className="unseen">{name}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" className={head === 'Count' || head === 'Sum' ? 'number' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
