import { Link } from '@tanstack/react-router'
import { PreviewButton } from '../../actions/preview-button.tsx'
import type { EventLife } from '../../api/types.ts'
import { addressOf } from '../../base.ts'
import { CopyButton } from '../../parts/command.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Outward } from '../../parts/outward.tsx'
import { State } from '../../parts/state.tsx'
import { stateOf } from '../events/event-table.tsx'
import { providerName } from './provider-name.ts'

/** The event, the customer and user it is about, and links to other places that show it. */
export function Head({ life: { event, users, links } }: { life: EventLife }) {
  const { provider, eventId, customerId, subscriptionId, account, livemode, apiVersion, silent } = event
  return (
    <section className="head" aria-label="The event">
      <p className="title">
        <State of={stateOf(event)} /> <span className="id">{eventId}</span> <CopyButton text={eventId} what="id" />
      </p>
      <dl className="facts">
        <Fact name="Provider">{providerName(provider)}</Fact>
        {livemode !== null && <Fact name="Mode">{livemode ? 'live' : 'test'}</Fact>}
        {account && <Fact name="Account">{account}</Fact>}
        {apiVersion && <Fact name="API version">{apiVersion}</Fact>}
        {customerId && (
          <Fact name="Customer">
            <Link to="/c/$id" params={{ id: customerId }} className="id">
              {customerId}
            </Link>
          </Fact>
        )}
        {subscriptionId && (
          <Fact name="Subscription">
            <Link to="/events" search={{ q: subscriptionId }} className="id">
              {subscriptionId}
            </Link>
          </Fact>
        )}
        {users.map(({ id, role }) => (
          <Fact key={id} name="User">
            <Link to="/u/$id" params={{ id }} className="id">
              {id}
            </Link>{' '}
            {role}
          </Fact>
        ))}
        {silent && <Fact name="Silent">It tells of the past: nobody was notified.</Fact>}
      </dl>
      <p className="links">
        {links.provider && <Outward href={links.provider}>Open at {providerName(provider)}</Outward>}
        <a href={addressOf(links.job)}>Job on Bull Board</a>
      </p>
      <Act event={event} />
    </section>
  )
}

/** A dead letter is redriven, a finished event replayed; one that waits is processed anyway. */
function Act({ event: { eventId, status } }: Pick<EventLife, 'event'>) {
  const kind = status === 'failed' ? 'redrive' : status === 'received' ? null : 'replay'
  if (kind === null) return null
  const label = kind === 'redrive' ? 'Try now' : 'Preview a replay'
  return <PreviewButton subject={{ kind, filter: { ids: [eventId] }, name: eventId }} label={label} />
}
