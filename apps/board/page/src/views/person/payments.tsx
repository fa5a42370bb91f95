import { Link } from '@tanstack/react-router'
import type { Person } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { formatMoney } from '../../parts/money.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'

/** Charges that were paid or failed, each with the event that said so. */
export const Payments = ({ payments }: { payments: Person['payments'] }) => (
  <DataTable
    caption="Payments, the newest first"
    heads={['Payment', 'Status', { number: 'Amount' }, 'When', 'Said by']}
  >
    <tbody>
      {payments.map(({ id, status, amount, currency, attemptCount, nextPaymentAttempt, occurredAt, eventId }) => (
        <tr key={id}>
          <th scope="row" className="id">
            <Link to="/payments/$id" params={{ id }}>
              {id}
            </Link>
          </th>
          <td>
            <State of={status} />
            {attemptCount > 1 && <span className="below">attempt {attemptCount}</span>}
            {nextPaymentAttempt && status === 'failed' && (
              <span className="below">
                again <Time at={nextPaymentAttempt} />
              </span>
            )}
          </td>
          <td className="number">{formatMoney(amount, currency)}</td>
          <td className="when">
            <Time at={occurredAt} />
          </td>
          <td>
            {eventId ? (
              <Link to="/e/$provider/$id" params={{ provider: 'stripe', id: eventId }} className="id">
                {eventId}
              </Link>
            ) : (
              <span className="soft">an event that is deleted</span>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </DataTable>
)
