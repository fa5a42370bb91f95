import { Link } from '@tanstack/react-router'
import type { EventItem } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { ROW_LINK } from '../../parts/return.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { duration } from '../../parts/when.ts'

/** Events as a table whose first column opens one of them. On a phone each row becomes a card. */
export function EventTable({ events, caption }: { events: EventItem[]; caption: string }) {
  return (
    <DataTable
      caption={caption}
      heads={['Event', 'Type', 'Status', 'Customer', 'Received', { number: 'Took' }]}
      className="events"
    >
      <tbody>
        {events.map((event) => (
          <Row key={event.id} event={event} />
        ))}
      </tbody>
    </DataTable>
  )
}

function Row({ event }: { event: EventItem }) {
  return (
    <tr>
      <th scope="row">
        <EventLink event={event} />
      </th>
      <td>{event.type}</td>
      <td>
        <State of={stateOf(event)} />
        <Why event={event} />
      </td>
      <td>
        {event.customerId && (
          <Link to="/c/$id" params={{ id: event.customerId }} className="id">
            {event.customerId}
          </Link>
        )}
      </td>
      <td className="when">
        <Time at={event.receivedAt} />
      </td>
      <td className="number" data-label="took">
        {tookOf(event)}
      </td>
    </tr>
  )
}

function EventLink({ event: { provider, eventId, livemode } }: { event: EventItem }) {
  return (
    <>
      <Link to="/e/$provider/$id" params={{ provider, id: eventId }} className="id" {...ROW_LINK}>
        {eventId}
      </Link>
      <span className="below">
        {provider}
        {livemode === false && ' · test mode'}
      </span>
    </>
  )
}

export const stateOf = ({ status, waitingFor }: EventItem): string =>
  status === 'received' && waitingFor !== null ? 'waiting' : status

function Why({ event: { error, waitingFor, attempts, status } }: { event: EventItem }) {
  if (waitingFor !== null && status === 'received') return <span className="below">for {waitingFor}</span>
  if (error === null) return null
  return (
    <span className={status === 'failed' ? 'below error' : 'below'} title={error}>
      {error}
      {attempts > 1 && ` (${attempts} attempts)`}
    </span>
  )
}

const tookOf = ({ receivedAt, processedAt }: EventItem): string =>
  processedAt === null ? '' : duration(Math.max(0, Date.parse(processedAt) - Date.parse(receivedAt)))
