import { Link } from '@tanstack/react-router'
import type { EventLife } from '../../api/types.ts'
import { Time } from '../../parts/time.tsx'
import { duration } from '../../parts/when.ts'

/** The HTTP requests that carried the event. */
export function Delivered({ life: { event, deliveries, notRecorded } }: { life: EventLife }) {
  return (
    <>
      {deliveries.length > 1 && (
        <ul>
          {deliveries.map(({ receivedAt, outcome }) => (
            <li key={receivedAt}>
              {outcome} <Time at={receivedAt} exact />
            </li>
          ))}
        </ul>
      )}
      <p>
        Row <span className="id">{event.id}</span> of the inbox, in the order of{' '}
        <span className="id">{event.orderingKey}</span>
      </p>
      {notRecorded.deliveries && <p className="soft">{notRecorded.deliveries}</p>}
    </>
  )
}

export function Attempts({ life: { attempts, notRecorded } }: { life: EventLife }) {
  return (
    <>
      <ol className="plain">
        {attempts.map(({ number, failedAt, error }) => (
          <li key={`${number} ${failedAt}`}>
            <b>Attempt {number}</b> <Time at={failedAt} exact />
            <pre>{error}</pre>
          </li>
        ))}
      </ol>
      {notRecorded.attempts && <p className="soft">{notRecorded.attempts}</p>}
    </>
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
