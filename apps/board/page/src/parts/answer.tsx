import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Loading, Problem } from './problem.tsx'

interface Props<Data> {
  query: UseQueryResult<Data>
  /** Shown instead where there is no such thing. */
  missing?: ReactNode
  children: (data: Data) => ReactNode
}

/** The data of a query; while there is none, why. What is there stays if reading it again fails. */
export function Answer<Data>({ query, missing, children }: Props<Data>) {
  const { data, error, refetch, isPlaceholderData } = query
  return (
    <>
      {error && <Problem error={error} retry={() => void refetch()} missing={missing} />}
      {data === undefined && !error && <Loading />}
      {data !== undefined && (
        <div className="answer" aria-busy={isPlaceholderData}>
          {children(data)}
        </div>
      )}
    </>
  )
}
