import { useQuery } from '@tanstack/react-query'
import { eventQuery } from '../../api/queries.ts'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { Loading, Problem } from '../../parts/problem.tsx'
import { quote } from '../events/command-of.ts'
import { Head } from './head.tsx'
import { Life } from './life.tsx'
import { Missing } from './missing.tsx'
import { Neighbours } from './neighbours.tsx'

/** How often an event that is not yet done is looked at again. */
const AGAIN_MS = 2000

/** One event's whole life. */
export function Event({ provider, id }: { provider: string; id: string }) {
  const { data, error, refetch } = useQuery({
    ...eventQuery(provider, id),
    refetchInterval: ({ state }) => (isUnfinished(state.data) ? AGAIN_MS : false),
  })
  return (
    <Page title={data ? `${data.event.type} ${id}` : id} heading={data?.event.type ?? id}>
      {error && <Problem error={error} retry={() => void refetch()} missing={<Missing id={id} />} />}
      {!data && !error && <Loading />}
      {data && (
        <>
          <Head life={data} />
          <Life life={data} />
          <Neighbours neighbours={data.neighbours} />
        </>
      )}
      <Command line={`sluice events show ${quote(id)}`} />
    </Page>
  )
}

const isUnfinished = (life?: { event: { status: string }; effects: { status: string }[] }): boolean =>
  life !== undefined && (life.event.status === 'received' || life.effects.some(({ status }) => status === 'pending'))
