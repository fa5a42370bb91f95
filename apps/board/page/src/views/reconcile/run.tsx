import { useQuery } from '@tanstack/react-query'
import { reconcileRunQuery } from '../../api/queries.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { RunResult } from './run-result.tsx'

/** One question to one provider. */
export function ReconcileRun({ id }: { id: string }) {
  const query = useQuery(reconcileRunQuery(id))
  const { data } = query
  return (
    <Page title={data ? `${data.provider} was asked` : `Run ${id}`}>
      <Answer query={query} missing={<Gone />}>
        {(run) => <RunResult run={run} />}
      </Answer>
      <Command line={`sluice reconcile${data ? ` --since ${data.since}` : ''}`} />
    </Page>
  )
}

const Gone = () => (
  <section className="empty">
    <h2>This run is not recorded</h2>
    <p>Runs are kept for ninety days.</p>
  </section>
)
