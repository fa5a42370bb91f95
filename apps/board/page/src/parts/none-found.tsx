import type { ReactNode } from 'react'
import type { Filter } from '../api/filter.ts'

interface Props {
  /** A row of the list: `e-mail`. */
  what: string
  filter: Filter
  /** Whether older rows were not looked at. */
  hasMore: boolean
  apply: (filter: Filter) => void
  /** Why a row may be missing that the filter asks for. */
  hint?: ReactNode
  /** Where rows come from: shown while there are none at all. */
  children: ReactNode
}

/** Why a list is empty, and the next step. */
export function NoneFound({ what, filter, hasMore, apply, hint, children }: Props) {
  if (hasMore)
    return (
      <section className="empty">
        <h2>None among the newest 20,000</h2>
        <p>Older ones follow on the next page.</p>
      </section>
    )
  if (Object.keys(filter).length === 0)
    return (
      <section className="empty">
        <h2>No {what} yet</h2>
        {children}
      </section>
    )
  return (
    <section className="empty">
      <h2>No {what} matches</h2>
      {hint}
      <button type="button" onClick={() => apply({})}>
        Drop the filter
      </button>
    </section>
  )
}
