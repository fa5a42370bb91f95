import { useQuery } from '@tanstack/react-query'
import { reconcileRunsQuery } from '../../api/queries.ts'
import type { ReconcileRuns } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { Pages } from '../../parts/pages.tsx'
import { Ask } from './ask.tsx'
import { RunResult } from './run-result.tsx'
import { Runs } from './runs.tsx'

/** Whether providers sent more than the inbox has: the last answer of each, then all runs. */
export function Reconcile({ cursor }: { cursor?: string | undefined }) {
  return (
    <Page title="Reconcile">
      <Answer query={useQuery(reconcileRunsQuery(cursor))}>
        {({ items, next, newest }) => (
          <>
            <Ask />
            {newest.length === 0 ? <NeverAsked /> : <Newest newest={newest} />}
            {items.length > 0 && (
              <>
                <h2>Runs</h2>
                <Runs runs={items} />
                <Pages path="/reconcile" cursor={cursor} next={next} />
              </>
            )}
          </>
        )}
      </Answer>
      <Command line="sluice reconcile" />
    </Page>
  )
}

const Newest = ({ newest }: { newest: ReconcileRuns['newest'] }) =>
  newest.map((run) => (
    <section key={run.provider}>
      <h2>{run.provider}</h2>
      <RunResult run={run} />
    </section>
  ))

const NeverAsked = () => (
  <section className="empty">
    <h2>No provider was asked yet</h2>
    <p>
      A worker with <code>STRIPE_API_KEY</code> or <code>REPLICATE_API_TOKEN</code> asks each day what was sent in the
      last three days, and records what is missing here. To ask from a terminal:
    </p>
    <pre>npx sluice reconcile</pre>
  </section>
)
