import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { historyQuery } from '../../api/queries.ts'
import type { PersonHistory } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { localTime } from '../../parts/when.ts'
import { type Moment, type Period, stateAt, textOf } from './periods.ts'
import { SaidBy } from './said-by.tsx'

/** The state after each commit, by a slider over all of them. */
export function StateAt({ kind, id }: { kind: 'users' | 'customers'; id: string }) {
  const query = useQuery(historyQuery(kind, id))
  return (
    <section>
      <h2>State at an event</h2>
      <Answer query={query}>
        {(history) =>
          history.moments.length === 0 ? <p className="soft">No event is recorded.</p> : <Slider history={history} />
        }
      </Answer>
    </section>
  )
}

function Slider({ history: { moments, periods, knownSince } }: { history: PersonHistory }) {
  const [position, setPosition] = useState(moments.length - 1)
  const moment = moments[Math.min(position, moments.length - 1)]
  if (moment === undefined) return null
  return (
    <>
      <label className="slider">
        <span>
          Event {position + 1} of {moments.length}, in the order in which they were committed
        </span>
        <input
          type="range"
          min={0}
          max={moments.length - 1}
          value={position}
          aria-valuetext={`${nameOf(moment)}, ${localTime(new Date(moment.at))}`}
          onChange={(event) => setPosition(event.currentTarget.valueAsNumber)}
        />
      </label>
      <Cause moment={moment} />
      {moment.at < knownSince.changes ? (
        <p>
          Changes are known since <Time at={knownSince.changes} exact />: how it was at this event is not known.
        </p>
      ) : (
        <Shown state={stateAt(periods, moment.at)} />
      )}
      {moment.at < knownSince.entitlements && moment.at >= knownSince.changes && (
        <p className="soft">
          Changes of entitlements are known since <Time at={knownSince.entitlements} exact />.
        </p>
      )}
      <p className="soft">
        Roles that the host application gives are not recorded. An event that was replayed stands where it was processed
        last.
      </p>
    </>
  )
}

function nameOf({ events, cause }: Moment): string {
  const [first] = events
  if (first === undefined) return cause ?? 'no event that is recorded'
  return events.length === 1 ? first.type : `${first.type} and ${events.length - 1} more`
}

/** The events of the commit, which counts as a whole. */
const Cause = ({ moment: { at, events, cause } }: { moment: Moment }) => (
  <ul className="plain">
    {events.map(({ provider, eventId, type }) => (
      <li key={`${provider} ${eventId}`}>
        <Link to="/e/$provider/$id" params={{ provider, id: eventId }}>
          {type}
        </Link>{' '}
        <span className="id">{eventId}</span> <Time at={at} exact />
      </li>
    ))}
    {events.length === 0 && (
      <li>
        <SaidBy provider={null} eventId={null} cause={cause} /> <Time at={at} exact />
      </li>
    )}
  </ul>
)

const NAMES: Record<string, string> = { users: 'role', subscriptions: 'subscription', payments: 'payment' }

const Shown = ({ state }: { state: Period[] }) =>
  state.length === 0 ? (
    <p>Nothing was known yet.</p>
  ) : (
    <DataTable caption="State after this commit" heads={['What', 'State', 'Details', 'Since']}>
      <tbody>
        {state.map((period) => (
          <tr key={`${period.table} ${period.key} ${period.values['feature']}`}>
            <th scope="row">
              {NAMES[period.table] ?? 'entitlement'} <span className="below id">{period.key}</span>
            </th>
            <td>
              <Value of={period} />
            </td>
            <td>{textOf(period)}</td>
            <td className="when">
              {period.from === null ? <span className="soft">not known</span> : <Time at={period.from} exact />}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )

function Value({ of: { values } }: { of: Period }) {
  const status = values['status']
  return status === undefined ? <b>{values['role'] ?? values['feature']}</b> : <State of={String(status)} />
}
