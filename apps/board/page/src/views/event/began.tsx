import { Link } from '@tanstack/react-router'
import type { EventLife } from '../../api/types.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { duration } from '../../parts/when.ts'

/** The HTTP requests that carried the event. */
export function Delivered({ life: { event, deliveries, notRecorded } }: { life: EventLife }) {
  return (
    <>
      {deliveries.length > 1 && (
        <ol className="plain" aria-label="Deliveries">
          {deliveries.map(({ receivedAt, outcome, addressNet, answeredMs }, index) => (
            <li key={`${index} ${receivedAt}`}>
              <State of={outcome} /> <Time at={receivedAt} exact />
              {outcome === 'duplicate' && (
                <span className="below">
                  a repeat, which changed nothing
                  {addressNet && `; from ${addressNet}`}
                  {answeredMs !== null && `; answered in ${duration(answeredMs)}`}
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
      <p>
        Row <span className="id">{event.id}</span> of the inbox, in the order of{' '}
        <span className="id">{event.orderingKey}</span>
      </p>
      {notRecorded.deliveries && <p className="soft">{notRecorded.deliveries}</p>}
    </>
  )
}

export function Attempts({ attempts }: { attempts: EventLife['attempts'] }) {
  return (
    <ol className="plain">
      {attempts.map(({ number, effectKey, startedAt, failedAt, error, fingerprint, isLast, traceId }) => (
        <li key={`${effectKey} ${number} ${failedAt}`}>
          <b>Attempt {number}</b> {effectKey && <span className="id">{effectKey}</span>} <Time at={failedAt} exact />
          <pre>{error}</pre>
          <p className="soft">
            {startedAt && `After ${duration(Math.max(0, Date.parse(failedAt) - Date.parse(startedAt)))}. `}
            {isLast ? 'The last one: a dead letter with the cause ' : 'Tried again. Cause '}
            <Link to="/d/$fingerprint" params={{ fingerprint }} className="id">
              {fingerprint}
            </Link>
            {traceId && (
              <>
                , trace <span className="id">{traceId}</span>
              </>
            )}
          </p>
        </li>
      ))}
    </ol>
  )
}

export function DeadLetter({ deadLetter }: { deadLetter: NonNullable<EventLife['deadLetter']> }) {
  const { fingerprint, attempts, redrivenAt } = deadLetter
  return (
    <p>
      After {attempts} {attempts === 1 ? 'attempt' : 'attempts'}, with the cause{' '}
      <Link to="/d/$fingerprint" params={{ fingerprint }} className="id">
        {fingerprint}
      </Link>
      {redrivenAt ? (
        <>
          ; redriven <Time at={redrivenAt} exact />
        </>
      ) : (
        '. It waits to be redriven.'
      )}
    </p>
  )
}

export function Committed({ event }: { event: EventLife['event'] }) {
  const { status, receivedAt, processedAt, error, waitingFor, attempts } = event
  if (status === 'received')
    return (
      <p>
        {waitingFor ? `It waits for ${waitingFor}; that uses no attempt.` : 'It waits for a worker.'}
        {attempts > 0 && ` ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} failed.`}
      </p>
    )
  return (
    <>
      {processedAt && (
        <p>{duration(Math.max(0, Date.parse(processedAt) - Date.parse(receivedAt)))} after its receipt</p>
      )}
      {error && <p className={status === 'failed' ? 'error' : undefined}>{error}</p>}
    </>
  )
}
