import { useQuery } from '@tanstack/react-query'
import { revealedAddressQuery } from '../api/queries.ts'
import { Act, useMayAct } from './act.tsx'

interface Props {
  of: 'customers' | 'users' | 'emails'
  id: string
}

const FILTERS = { customers: 'customer', users: 'user', emails: 'email' }

/** The address of one person, hidden until somebody gives a reason. */
export function Address({ of, id }: Props) {
  const query = revealedAddressQuery(of, id)
  // Read only when somebody asks: a list would ask for each of its rows.
  const { data, error, refetch } = useQuery({ ...query, enabled: false })
  const mayAct = useMayAct()
  if (data && !error) return <span>{data.address ?? 'no address'}</span>
  if (!mayAct) return null
  return (
    <Act
      kind="reveal"
      label="Reveal address"
      about="You see this address for ten minutes. Who looked, when and why stays in Actions."
      filter={{ [FILTERS[of]]: id }}
      isImmediate
      done={() => void refetch()}
    />
  )
}
