import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/queries.ts'

/** Whether this person may ask for actions. The board refuses others whatever the page shows. */
export function useMayAct(): boolean {
  const { data } = useQuery(sessionQuery)
  return data !== undefined && data.role !== 'viewer' && !data.readOnly
}

/** Whether this person may send events as a provider does: never in production. */
export function useMaySend(): boolean {
  const { data } = useQuery(sessionQuery)
  return useMayAct() && data?.maySend === true
}
