import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { deliveriesQuery } from '../../api/queries.ts'
import type { DeliveryItem } from '../../api/types.ts'
import { addressOf } from '../../base.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Page } from '../../parts/page.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ROW_LINK } from '../../parts/return.ts'
import { Time } from '../../parts/time.tsx'
import { duration } from '../../parts/when.ts'
import { Reasons } from './reasons.tsx'

export interface DeliverySearch {
  outcome?: 'refused'
  reason?: string
  cursor?: string
}

/** Requests that a provider sent twice, or that were refused. */
export function Deliveries({ cursor, ...filter }: DeliverySearch) {
  const { outcome, reason } = filter
  const isRefused = outcome === 'refused'
  return (
    <Page title={isRefused ? 'Refused requests' : 'Repeats'}>
      <nav className="ranges" aria-label="Requests">
        <Link
          to="/deliveries"
          search={{}}
          activeOptions={{ exact: true }}
          aria-current={isRefused ? undefined : 'page'}
        >
          Repeats
        </Link>
        <Link to="/deliveries" search={{ outcome: 'refused' }} aria-current={isRefused ? 'page' : undefined}>
          Refused
        </Link>
      </nav>
      {isRefused && reason === undefined && <Reasons />}
      {reason !== undefined && (
        <p>
          Only {reason.replaceAll('_', ' ')}.{' '}
          <Link to="/deliveries" search={{ outcome: 'refused' }}>
            All reasons
          </Link>
        </p>
      )}
      <Answer query={useQuery(deliveriesQuery(filter, cursor))}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Nothing isRefused={isRefused} />
          ) : (
            <>
              <Table items={items} caption={isRefused ? 'Refused requests, newest first' : 'Repeats, newest first'} />
              <Pages path="/deliveries" search={filter} cursor={cursor} next={next} />
            </>
          )
        }
      </Answer>
      <Command
        line={`curl -u <user> '${location.origin}${addressOf(`/api/deliveries?outcome=${outcome ?? 'duplicate'}`)}'`}
      />
    </Page>
  )
}

const Table = ({ items, caption }: { items: DeliveryItem[]; caption: string }) => (
  <DataTable caption={caption} heads={['Request', 'From', { number: 'Bytes' }, { number: 'Answered in' }, 'Received']}>
    <tbody>
      {items.map((item) => (
        <tr key={item.id}>
          <th scope="row">
            <What item={item} />
          </th>
          <td className="id">{item.addressNet}</td>
          <td className="number" data-label="bytes">
            {item.bytes?.toLocaleString()}
          </td>
          <td className="number" data-label="answered in">
            {item.answeredMs !== null && duration(item.answeredMs)}
          </td>
          <td className="when">
            <Time at={item.receivedAt} />
          </td>
        </tr>
      ))}
    </tbody>
  </DataTable>
)

function What({ item: { provider, outcome, eventId, type, reason, count, bodyHash } }: { item: DeliveryItem }) {
  if (outcome === 'duplicate' && eventId !== null)
    return (
      <>
        <Link to="/e/$provider/$id" params={{ provider, id: eventId }} className="id" {...ROW_LINK}>
          {eventId}
        </Link>
        <span className="below">{type}</span>
      </>
    )
  return (
    <>
      {outcome === 'duplicate' ? 'a repeat' : (reason ?? '').replaceAll('_', ' ')} {provider}
      {count > 1 && <span className="below">{count.toLocaleString()} requests, which were only counted</span>}
      {bodyHash && <span className="below id">SHA-256 {bodyHash.slice(0, 16)}…</span>}
    </>
  )
}

const Nothing = ({ isRefused }: { isRefused: boolean }) => (
  <section className="empty">
    <h2>{isRefused ? 'No request was refused' : 'Nothing came twice'}</h2>
    <p>
      {isRefused
        ? 'Requests that fail verification come here for two weeks, without their bodies.'
        : 'Providers repeat what they are not sure of. A repeat changes nothing; it is listed here for two weeks.'}
    </p>
  </section>
)
