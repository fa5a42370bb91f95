import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { actionQuery } from '../../actions/api.ts'
import { AskButton } from '../../actions/ask-button.tsx'
import type { Action as Data } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Json } from '../../parts/json.tsx'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'

/** One action: what was asked for, how far it is, and what came of it. */
export function Action({ id }: { id: string }) {
  const query = useQuery(actionQuery(id))
  return (
    <Page title={`Action ${id}`} heading={query.data?.kind ?? `Action ${id}`}>
      <Answer query={query} missing={<Missing id={id} />}>
        {(action) => <Shown action={action} />}
      </Answer>
    </Page>
  )
}

function Shown({ action }: { action: Data }) {
  const { id, at, actor, role, kind, filter, reason, state, done, total, result, error, preview, handlerVersion } =
    action
  const fingerprint = filter['fingerprint']
  return (
    <>
      <section className="head" aria-label="The action">
        <p className="title">
          <State of={state} /> {total !== null && `${done} of ${total}`}
          {!action.finishedAt && kind !== 'stop' && (
            <AskButton
              kind="stop"
              label="Stop"
              about="Ends it after its current step. What it has done stays done."
              filter={{ id }}
            />
          )}
        </p>
        {total !== null && total > 0 && <progress value={done} max={total} aria-label="Progress" />}
        {error && <p className="error">{error}</p>}
        <dl className="facts">
          <Fact name="Who">
            {actor} <span className="soft">{role}</span>
          </Fact>
          <Fact name="When">
            <Time at={at} exact />
          </Fact>
          {reason !== '' && <Fact name="Why">{reason}</Fact>}
          {action.finishedAt && (
            <Fact name="Ended">
              <Time at={action.finishedAt} exact />
            </Fact>
          )}
          {handlerVersion && <Fact name="Handlers">{handlerVersion}</Fact>}
          {preview && (
            <Fact name="Preview">
              <Link to="/a/$id" params={{ id: preview }}>
                Action {preview}
              </Link>
            </Fact>
          )}
          {typeof fingerprint === 'string' && (
            <Fact name="Cause">
              <Link to="/d/$fingerprint" params={{ fingerprint }} className="id">
                {fingerprint}
              </Link>
            </Fact>
          )}
        </dl>
      </section>
      <section>
        <h2>What was asked for</h2>
        <Json text={JSON.stringify(filter)} label="Filter" />
      </section>
      {result !== null && (
        <section>
          <h2>Result</h2>
          <Json text={JSON.stringify(result)} label="Result" />
        </section>
      )}
    </>
  )
}

const Missing = ({ id }: { id: string }) => (
  <section className="empty">
    <h2>There is no action {id}</h2>
    <p>
      Actions are never deleted. <Link to="/actions">All actions</Link>
    </p>
  </section>
)
