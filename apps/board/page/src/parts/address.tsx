import { useQuery } from '@tanstack/react-query'
import { AskButton } from '../actions/ask-button.tsx'
import { useMayAct } from '../actions/may-act.ts'
import { revealedAddressQuery } from '../api/queries.ts'

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
    <AskButton
      kind="reveal"
      label="Reveal address"
      about="You see this address for ten minutes. Who looked, when and why stays in Actions."
      filter={{ [FILTERS[of]]: id }}
      isImmediate
      done={() => void refetch()}
    />
  )
}
