import { useQuery } from '@tanstack/react-query'
import { healthQuery } from '../../api/queries.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { Findings } from './findings.tsx'
import { Processes } from './processes.tsx'
import { Queues } from './queues.tsx'
import { Secrets } from './secrets.tsx'
import { Stores } from './stores.tsx'

/** Findings of the checks, then processes, queues, stores and secrets. */
export function Health() {
  return (
    <Page title="Health">
      <Answer query={useQuery(healthQuery)}>
        {({ examination, processes, queues, stores, secrets }) => (
          <>
            <Stores stores={stores} />
            <Findings examination={examination} />
            <h2>Processes</h2>
            <Processes processes={processes} />
            <h2>Queues</h2>
            <Queues queues={queues} />
            <h2>Signing secrets</h2>
            <Secrets secrets={secrets} />
          </>
        )}
      </Answer>
      <Command line="sluice doctor" />
    </Page>
  )
}
