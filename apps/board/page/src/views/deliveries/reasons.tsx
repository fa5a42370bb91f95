import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { refusalsQuery } from '../../api/queries.ts'
import { Answer } from '../../parts/answer.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Time } from '../../parts/time.tsx'

/** Refused requests of the last week by reason: from where they came, and what to do. */
export const Reasons = () => (
  <Answer query={useQuery(refusalsQuery('7d'))}>
    {({ items }) =>
      items.length > 0 && (
        <DataTable
          caption="Refused requests of the last seven days, by reason"
          heads={['Reason', 'Networks', { number: 'Count' }, 'Last']}
        >
          <tbody>
            {items.map(({ provider, reason, count, last, networks, hint }) => (
              <tr key={`${provider} ${reason}`}>
                <th scope="row">
                  <Link to="/deliveries" search={{ outcome: 'refused', reason }}>
                    {reason.replaceAll('_', ' ')}
                  </Link>{' '}
                  {provider}
                  <span className="below">{hint}</span>
                </th>
                <td>
                  {networks.map(({ network, count: requests }) => (
                    <span key={network} className="below id">
                      {network} ({requests})
                    </span>
                  ))}
                </td>
                <td className="number" data-label="count">
                  {count.toLocaleString()}
                </td>
                <td className="when">
                  <Time at={last} />
                </td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )
    }
  </Answer>
)
