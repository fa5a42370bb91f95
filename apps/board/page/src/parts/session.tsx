import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/queries.ts'
import { addressOf } from '../base.ts'

/** The person who is signed in, the environment, and the way out. */
export function Session() {
  const { data } = useQuery(sessionQuery)
  if (!data) return null
  return (
    <form method="post" action={addressOf('/sign-out')} className="session">
      <span className={data.environment === 'production' ? 'badge production' : 'badge'}>{data.environment}</span>
      <span>
        {data.user} <span className="soft">{data.role}</span>
      </span>
      <button type="submit" className="plain">
        Sign out
      </button>
    </form>
  )
}
