import { Link } from '@tanstack/react-router'
import type { Person } from '../../api/types.ts'
import { Outward } from '../../parts/outward.tsx'

/** The customers of a person, and their pages at Stripe. */
export const Customers = ({ customers }: { customers: Person['customers'] }) => (
  <ul className="plain">
    {customers.map(({ id, livemode, deleted, account }) => (
      <li key={id} className="links">
        <Link to="/c/$id" params={{ id }} className="id">
          {id}
        </Link>
        {livemode === false && <span className="soft">test mode</span>}
        {account && <span className="soft">account {account}</span>}
        {deleted && <span className="soft">deleted</span>}
        {id.startsWith('cus_') && (
          <Outward href={`https://dashboard.stripe.com/${livemode === false ? 'test/' : ''}customers/${id}`}>
            Open at Stripe
          </Outward>
        )}
      </li>
    ))}
  </ul>
)
