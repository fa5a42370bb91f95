import { useQuery } from '@tanstack/react-query'
import type { Filter } from '../../api/filter.ts'
import { eventsQuery } from '../../api/queries.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { Pages } from '../../parts/pages.tsx'
import { useReturnFocus } from '../../parts/use-return-focus.ts'
import { commandOf } from './command-of.ts'
import { EventTable } from './event-table.tsx'
import { FilterForm } from './filter-form.tsx'
import { NoEvents } from './no-events.tsx'

interface Props {
  filter: Filter
  cursor?: string | undefined
  apply: (filter: Filter) => void
}

/** The inbox, newest first. */
export function Events({ filter, cursor, apply }: Props) {
  const query = useQuery(eventsQuery(filter, cursor))
  useReturnFocus(query)
  return (
    <Page title="Events">
      <FilterForm filter={filter} apply={apply} />
      <Answer query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <NoEvents filter={filter} isOlder={cursor !== undefined} apply={apply} />
          ) : (
            <>
              <EventTable events={items} caption="Events, the newest first" />
              <Pages path="/events" search={filter} cursor={cursor} next={next} />
            </>
          )
        }
      </Answer>
      <Command line={commandOf(filter)} />
    </Page>
  )
}
