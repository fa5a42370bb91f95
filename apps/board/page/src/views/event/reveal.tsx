import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { AskButton } from '../../actions/ask-button.tsx'
import { useMayAct } from '../../actions/may-act.ts'
import { ApiError } from '../../api/fetch.ts'
import { revealedBodyQuery } from '../../api/queries.ts'
import type { EventLife } from '../../api/types.ts'
import { addressOf } from '../../base.ts'
import { Json } from '../../parts/json.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Time } from '../../parts/time.tsx'

/** Body and headers of an event, for a person who has given a reason within the last ten minutes. */
export function Body({ event: { provider, eventId, bodyBytes } }: { event: EventLife['event'] }) {
  const queries = useQueryClient()
  const mayAct = useMayAct()
  const query = revealedBodyQuery(provider, eventId)
  const askedKey = `revealed ${provider} ${eventId}`
  const [isAsked, setAsked] = useState(() => sessionStorage.getItem(askedKey) !== null)
  const { data, error, refetch } = useQuery({ ...query, enabled: mayAct && isAsked })
  const isRefused = error instanceof ApiError && error.status === 403
  const isHidden = isRefused || (data === undefined && error === null)
  if (bodyBytes === null)
    return <p className="soft">The body was erased by the retention of bodies, or with its person.</p>
  return (
    <>
      <p className="soft">
        {bodyBytes.toLocaleString()} bytes as they were received, hidden until somebody gives a reason.
      </p>
      {isHidden && mayAct && (
        <AskButton
          kind="reveal"
          label="Reveal"
          about="You see body and headers for ten minutes. Who looked, when and why stays in Actions."
          filter={{ provider, event: eventId }}
          isImmediate
          done={() => {
            sessionStorage.setItem(askedKey, '')
            setAsked(true)
            void queries.invalidateQueries({ queryKey: query.queryKey })
          }}
        />
      )}
      {!isHidden && error && <Problem error={error} retry={() => void refetch()} />}
      {data && !error && (
        <>
          <p>
            Shown until <Time at={data.revealedUntil} exact />.{' '}
            <a
              href={addressOf(
                `/api/events/${encodeURIComponent(provider)}/${encodeURIComponent(eventId)}/body?download=1`,
              )}
              download
            >
              Download the exact bytes
            </a>
          </p>
          {data.isCut && <p className="soft">Only its first part is shown: the whole is in the download.</p>}
          {data.text === null ? <p className="soft">It is no text.</p> : <Json text={data.text} label="Body" />}
          <h3>Headers</h3>
          <Json text={JSON.stringify(data.headers)} label="Headers" />
        </>
      )}
    </>
  )
}
