import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Filter } from '../../api/filter.ts'
import { eventsQuery } from '../../api/queries.ts'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { Loading, Problem } from '../../parts/problem.tsx'
import { returnFocus } from '../../parts/return.ts'
import { commandOf } from './command-of.ts'
import { EventTable } from './event-table.tsx'
import { FilterForm } from './filter-form.tsx'
import { NoEvents } from './no-events.tsx'

interface Props {
  filter: Filter
  cursor?: string | undefined
  apply: (filter: Filter) => void
}

export function Events({ filter, cursor, apply }: Props) {
  const { data, error, refetch, isPlaceholderData } = useQuery(eventsQuery(filter, cursor))
  useEffect(() => {
    if (data && !isPlaceholderData) returnFocus(location.href)
  }, [data, isPlaceholderData])
  return (
    <Page title="Events">
      <FilterForm filter={filter} apply={apply} />
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && data.items.length === 0 && <NoEvents filter={filter} isOlder={cursor !== undefined} apply={apply} />}
      {data && data.items.length > 0 && (
        <div aria-busy={isPlaceholderData}>
          <EventTable events={data.items} caption="Events, the newest first" />
          <nav className="pages" aria-label="Pages of the list">
            {cursor !== undefined && (
              <Link to="/events" search={filter}>
                Newest
              </Link>
            )}
            {data.next !== null && (
              <Link to="/events" search={{ ...filter, cursor: data.next }}>
                Older
              </Link>
            )}
          </nav>
        </div>
      )}
      <Command line={commandOf(filter)} />
    </Page>
  )
}
