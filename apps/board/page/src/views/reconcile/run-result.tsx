import { Link } from '@tanstack/react-router'
import { counted } from '../../actions/words.ts'
import type { ReconcileRunLife } from '../../api/types.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { AskedBy } from './asked-by.tsx'
import { Hours, sumOf } from './hours.tsx'

/** One answer of a provider: the sums, the hours, and the events that were missed. */
export function RunResult({ run }: { run: ReconcileRunLife }) {
  const { finishedAt, since, until, missed, repair, error, hours } = run
  const troubled = hours.filter((hour) => hour.missed + hour.failed + hour.waiting > 0)
  return (
    <div className="stack">
      <p>
        <State of={error ? 'failed' : missed > 0 && !repair ? 'missing' : 'done'} /> asked <Time at={finishedAt} /> by{' '}
        <AskedBy by={run.askedBy} />, for events from <Time at={since} exact /> until <Time at={until} exact />.
      </p>
      {error && (
        <p className="error">
          It ended early: {error}. What was recorded before stays. The key may be wrong or lack a right, or the provider
          is out: its status page tells.
        </p>
      )}
      <Sums run={run} />
      {troubled.length > 0 && <Hours hours={troubled} caption="Hours in which something is missing, failed or waits" />}
      {hours.length > troubled.length && (
        <details>
          <summary>{counted(hours.length, 'hour')} with events</summary>
          <Hours hours={hours} caption="All hours, newest first" />
        </details>
      )}
      <Missed run={run} />
    </div>
  )
}

function Sums({ run: { hours, missed, repair } }: { run: ReconcileRunLife }) {
  if (hours.length === 0) return <p>It listed no event.</p>
  const sum = sumOf(hours)
  return (
    <ul className="plain">
      <li>
        {sum.sent} sent = {sum.received} received + <b>{sum.missed} missed</b>
        {missed > 0 && (repair ? ', which are recorded now' : ', which Repair records')}
        {sum.past > 0 && ` (and ${sum.past} from before the endpoint existed)`}
      </li>
      <li>
        {sum.received} received = {sum.processed} processed + {sum.ignored} ignored + {sum.failed} failed +{' '}
        {sum.waiting} waiting
      </li>
    </ul>
  )
}

function Missed({ run: { provider, events, missed, repair } }: { run: ReconcileRunLife }) {
  if (events.length === 0) return null
  return (
    <details>
      <summary>
        {counted(missed, 'event')} not in the inbox{events.length < missed && `, the first ${events.length} here`}
      </summary>
      <ul className="plain">
        {events.map(({ eventId, type, at, isPast }) => (
          <li key={eventId}>
            {repair ? (
              <Link to="/e/$provider/$id" params={{ provider, id: eventId }} className="id">
                {eventId}
              </Link>
            ) : (
              <span className="id">{eventId}</span>
            )}{' '}
            {type} {at && <Time at={at} exact />} {isPast && <span className="soft">before the endpoint existed</span>}
          </li>
        ))}
      </ul>
    </details>
  )
}
