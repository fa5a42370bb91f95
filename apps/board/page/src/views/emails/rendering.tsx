import { useQuery, useQueryClient } from '@tanstack/react-query'
import { AskButton } from '../../actions/ask-button.tsx'
import { useMayAct } from '../../actions/may-act.ts'
import { ApiError } from '../../api/fetch.ts'
import { isRunning, renderingQuery } from '../../api/queries.ts'
import type { RevealedEmail } from '../../api/types.ts'
import { addressOf } from '../../base.ts'
import { Problem } from '../../parts/problem.tsx'
import { Time } from '../../parts/time.tsx'

/** The e-mail as a worker renders it again, for a person who has given a reason within the last ten minutes. */
export function Rendering({ id }: { id: string }) {
  const queries = useQueryClient()
  const mayAct = useMayAct()
  const query = renderingQuery(id)
  const { data, error, refetch } = useQuery({ ...query, enabled: mayAct })
  const isRefused = error instanceof ApiError && error.status === 403
  if (!mayAct) return <p className="soft">Its text is shown to operators, with a reason.</p>
  if (error && !isRefused) return <Problem error={error} retry={() => void refetch()} />
  if (data && !error) return <Shown id={id} email={data} />
  return (
    <p className="soft">
      Hidden until somebody gives a reason.{' '}
      <AskButton
        kind="reveal"
        label="Show the e-mail"
        about="A worker renders it again. You see it and its address for ten minutes. Who looked, when and why stays in Actions."
        filter={{ email: id }}
        isImmediate
        done={() => void queries.invalidateQueries({ queryKey: query.queryKey })}
      />
    </p>
  )
}

function Shown({ id, email: { state, problem, revealedUntil, subject, text } }: { id: string; email: RevealedEmail }) {
  if (problem !== null) return <p role="status">{problem}</p>
  if (subject === null || text === null)
    return (
      <p role="status">
        {isRunning(state)
          ? 'A worker renders it …'
          : 'It was not rendered: its person was forgotten meanwhile, or a worker of an older version took the action.'}
      </p>
    )
  return (
    <>
      <p className="soft">
        With the values that were sent, in the wording and layout of today. Shown until{' '}
        <Time at={revealedUntil} exact />. Its links and outside pictures do nothing here.
      </p>
      <p>
        <b>{subject}</b>
      </p>
      <iframe
        className="paper"
        sandbox=""
        title="The e-mail as HTML"
        src={addressOf(`/api/emails/${encodeURIComponent(id)}/rendering.html`)}
      />
      <details>
        <summary>As plain text</summary>
        <pre className="body">{text}</pre>
      </details>
    </>
  )
}
