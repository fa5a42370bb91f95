import { useQuery } from '@tanstack/react-query'
import { eventQuery } from '../../api/queries.ts'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { Loading, Problem } from '../../parts/problem.tsx'
import { quote } from '../events/command-of.ts'

export function Event({ provider, id }: { provider: string; id: string }) {
  const { data, error, refetch } = useQuery(eventQuery(provider, id))
  return (
    <Page title={id}>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && <pre>{JSON.stringify(data, null, 2)}</pre>}
      <Command line={`sluice events show ${quote(id)}`} />
    </Page>
  )
}
