import { Link } from '@tanstack/react-router'
import type { DeadLetterMembers } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { formatMoney } from '../../parts/money.ts'
import { ROW_LINK } from '../../parts/return.ts'
import { Time } from '../../parts/time.tsx'

/** Dead letters of one group: what they have in common stands above the table. */
export function Members({ members }: { members: DeadLetterMembers['items'] }) {
  const [first] = members
  const hasAmounts = members.some(({ amount }) => amount !== null)
  const hasCustomers = members.some(({ customerId }) => customerId !== null)
  const heads = [
    'Event',
    ...(hasCustomers ? ['Customer'] : []),
    ...(hasAmounts ? [{ number: 'Amount' }] : []),
    { number: 'Attempts' },
    'Failed',
  ]
  return (
    <DataTable caption="Dead letters with this cause, the newest first" heads={heads}>
      <tbody>
        {members.map(
          ({ id, provider, eventId, effectKey, customerId, amount, currency, error, attempts, failedAt }) => (
            <tr key={id}>
              <th scope="row">
                {eventId !== '' && (
                  <Link to="/e/$provider/$id" params={{ provider, id: eventId }} className="id" {...ROW_LINK}>
                    {eventId}
                  </Link>
                )}
                {effectKey && <span className="below id">{effectKey}</span>}
                {error !== first?.error && <span className="below error">{error}</span>}
              </th>
              {hasCustomers && (
                <td>
                  {customerId && (
                    <Link to="/c/$id" params={{ id: customerId }} className="id">
                      {customerId}
                    </Link>
                  )}
                </td>
              )}
              {hasAmounts && (
                <td className="number">{amount !== null && currency !== null && formatMoney(amount, currency)}</td>
              )}
              <td className="number" data-label="attempts">
                {attempts}
              </td>
              <td className="when">
                <Time at={failedAt} />
              </td>
            </tr>
          ),
        )}
      </tbody>
    </DataTable>
  )
}
