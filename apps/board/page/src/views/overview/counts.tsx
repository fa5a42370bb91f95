import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Overview } from '../../api/types.ts'
import { Spark } from '../../parts/chart/spark.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { formatMoney } from '../../parts/money.ts'
import { State } from '../../parts/state.tsx'

/** Failures by cause, refusals by reason, payments per currency, effects by kind, generations by status. */
export const Counts = ({ data: { causes, refusals, payments, effects, generations } }: { data: Overview }) => (
  <div className="counts">
    <Table name="Failures by cause" heads={['Cause', 'Attempts']} rows={causes.length}>
      {causes.map(({ fingerprint, type, cause, attempts, dead, values }) => (
        <Row key={`${fingerprint} ${type}`} values={values} count={attempts}>
          <Link to="/d/$fingerprint" params={{ fingerprint }}>
            {cause}
          </Link>
          <span className="below">
            {type}
            {dead > 0 && `, ${dead} for good`}
          </span>
        </Row>
      ))}
    </Table>
    <Table name="Refused requests" heads={['Reason', 'Count']} rows={refusals.length}>
      {refusals.map(({ provider, reason, count, values }) => (
        <Row key={`${provider} ${reason}`} values={values} count={count}>
          <Link to="/deliveries" search={{ outcome: 'refused', reason }}>
            {reason.replaceAll('_', ' ')}
          </Link>{' '}
          {provider}
        </Row>
      ))}
    </Table>
    <Table name="Payments" heads={['Status', 'Count', 'Sum']} rows={payments.length}>
      {payments.map(({ currency, status, count, amount, values }) => (
        <Row key={`${currency} ${status}`} values={values} count={count} sum={formatMoney(amount, currency)}>
          <State of={status} /> {currency.toUpperCase()}
        </Row>
      ))}
    </Table>
    <Table name="Effects" heads={['Kind', 'Count']} rows={effects.length}>
      {effects.map(({ kind, status, count, values }) => (
        <Row key={`${kind} ${status}`} values={values} count={count}>
          {kind.replaceAll('_', ' ')} <State of={status} />
        </Row>
      ))}
    </Table>
    <Table name="Generations" heads={['Status', 'Count']} rows={generations.length}>
      {generations.map(({ status, count, values }) => (
        <Row key={status} values={values} count={count}>
          <State of={status} />
        </Row>
      ))}
    </Table>
  </div>
)

interface RowProps {
  values: number[]
  count: number
  sum?: string
  children: ReactNode
}

const Row = ({ values, count, sum, children }: RowProps) => (
  <tr>
    <th scope="row">
      {children}
      <Spark values={values} />
    </th>
    <td className="number">{count.toLocaleString()}</td>
    {sum !== undefined && <td className="number">{sum}</td>}
  </tr>
)

interface TableProps {
  name: string
  /** The first names the rows; numbers follow. */
  heads: string[]
  rows: number
  children: ReactNode
}

function Table({ name, heads: [first = '', ...numbers], rows, children }: TableProps) {
  if (rows === 0) return null
  return (
    <section>
      <h2>{name}</h2>
      <DataTable caption={name} heads={[first, ...numbers.map((number) => ({ number }))]}>
        <tbody>{children}</tbody>
      </DataTable>
    </section>
  )
}
