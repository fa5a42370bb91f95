import type { Person } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'

type Subscription = Person['subscriptions'][number]

export const Subscriptions = ({ subscriptions }: { subscriptions: Subscription[] }) => (
  <DataTable caption="Subscriptions" heads={['Subscription', 'Status', 'Access', 'Price', 'Period']}>
    <tbody>
      {subscriptions.map((one) => (
        <tr key={one.id}>
          <th scope="row" className="id">
            {one.id}
          </th>
          <td>
            <State of={one.status} />
          </td>
          <td>{accessOf(one)}</td>
          <td>
            {one.priceId && <span className="id">{one.priceId}</span>}
            {one.quantity !== null && one.quantity !== 1 && ` × ${one.quantity}`}
            {one.billingPeriod && <span className="below">{one.billingPeriod}</span>}
          </td>
          <td>
            <Period of={one} />
          </td>
        </tr>
      ))}
    </tbody>
  </DataTable>
)

function accessOf({ isActive, givesPremium }: Subscription): string {
  if (!isActive) return 'gives none'
  return givesPremium ? 'gives PREMIUM' : 'active, of a price that gives none'
}

function Period({ of: { currentPeriodEnd, cancelAtPeriodEnd, cancelAt, canceledAt, trialEnd } }: { of: Subscription }) {
  if (canceledAt)
    return (
      <>
        canceled <Time at={canceledAt} />
      </>
    )
  return (
    <>
      {currentPeriodEnd && (
        <>
          {cancelAtPeriodEnd ? 'ends ' : 'renews '}
          <Time at={currentPeriodEnd} />
        </>
      )}
      {cancelAt && !cancelAtPeriodEnd && (
        <span className="below">
          to be canceled <Time at={cancelAt} />
        </span>
      )}
      {trialEnd && (
        <span className="below">
          trial until <Time at={trialEnd} />
        </span>
      )}
    </>
  )
}
