import { Link } from '@tanstack/react-router'
import type { DeadLetterMembers } from '../../api/types.ts'
import { formatMoney } from '../../parts/money.ts'
import { ROW_LINK } from '../../parts/return.ts'
import { Time } from '../../parts/time.tsx'

/** Dead letters of one group: what they have in common stands above the table. */
export function Members({ members }: { members: DeadLetterMembers['items'] }) {
  const [first] = members
  const hasAmounts = members.some(({ amount }) => amount !== null)
  const hasCustomers = members.some(({ customerId }) => customerId !== null)
  return (
    <table className="rows">
      <caption className="unseen">Dead letters with this cause, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Event</th>
          {hasCustomers && <th scope="col">Customer</th>}
          {hasAmounts && (
            <th scope="col" className="number">
              Amount
            </th>
          )}
          <th scope="col" className="number">
            Attempts
          </th>
          <th scope="col">Failed</th>
        </tr>
      </thead>
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
    </table>
  )
}
