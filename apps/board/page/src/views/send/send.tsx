import { useQuery } from '@tanstack/react-query'
import { useMaySend } from '../../actions/may-act.ts'
import { sessionQuery } from '../../api/queries.ts'
import { NotFound } from '../../not-found.tsx'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { choicesQuery } from './api.ts'
import { EventForm } from './event-form.tsx'
import { LifecyclesForm } from './lifecycles-form.tsx'
import '../../styles/send.css'

/** Signs an event as its provider would, posts it to ingest, and shows what became of it. Absent in production, and to viewers. */
export function Send() {
  const { isSuccess } = useQuery(sessionQuery)
  const maySend = useMaySend()
  return isSuccess && !maySend ? <NotFound /> : <Forms />
}

const Forms = () => (
  <Page title="Send">
    <Answer query={useQuery(choicesQuery)}>
      {(choices) => (
        <>
          <EventForm choices={choices} />
          <h2>Whole lifecycles</h2>
          <LifecyclesForm />
          {!choices.makesHostRows && <WithoutRows />}
        </>
      )}
    </Answer>
    <Command line="sluice send stripe invoice.payment_succeeded" />
  </Page>
)

const WithoutRows = () => (
  <p className="soft">
    Without <code>HOST_DATABASE_URL</code> no users and generation jobs are made: events of unknown customers give no
    access, and predictions wait for their job.
  </p>
)
