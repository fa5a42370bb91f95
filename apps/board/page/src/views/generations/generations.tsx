import { useQuery } from '@tanstack/react-query'
import type { Filter } from '../../api/filter.ts'
import { generationsQuery } from '../../api/queries.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { NoneFound } from '../../parts/none-found.tsx'
import { Page } from '../../parts/page.tsx'
import { Pages } from '../../parts/pages.tsx'
import { useReturnFocus } from '../../parts/use-return-focus.ts'
import { quote } from '../events/command-of.ts'
import { FilterForm } from '../events/filter-form.tsx'
import { Card } from './card.tsx'
import { GENERATION_FILTERS } from './filters.ts'

const STATUSES = ['starting', 'processing', 'succeeded', 'failed', 'canceled', 'aborted']

interface Props {
  filter: Filter
  cursor?: string | undefined
  apply: (filter: Filter) => void
}

/** Predictions of the host with their stored files, newest first. */
export function Generations({ filter, cursor, apply }: Props) {
  const query = useQuery(generationsQuery(filter, cursor))
  useReturnFocus(query)
  return (
    <Page title="Generations">
      <FilterForm names={GENERATION_FILTERS} statuses={STATUSES} filter={filter} apply={apply} />
      <Answer query={query}>
        {({ items, next }) => (
          <>
            {items.length === 0 && (
              <NoneFound what="generation" filter={filter} hasMore={next !== null} apply={apply}>
                <p>
                  Your application inserts a row into <code>generation_jobs</code> when it starts a prediction. Its
                  files appear here once Replicate reports them. To try it:
                </p>
                <pre>npx sluice seed --events 50</pre>
              </NoneFound>
            )}
            <ul className="cards">
              {items.map((generation) => (
                <Card key={generation.id} generation={generation} />
              ))}
            </ul>
            <Pages path="/generations" search={filter} cursor={cursor} next={next} />
          </>
        )}
      </Answer>
      <Command line={filter.user ? `sluice find ${quote(filter.user)}` : 'sluice find <prediction>'} />
    </Page>
  )
}
