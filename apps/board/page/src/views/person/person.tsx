import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import { personQuery } from '../../api/queries.ts'
import type { Person as Data } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { Documents } from '../../parts/documents.tsx'
import { Page } from '../../parts/page.tsx'
import { Loading } from '../../parts/problem.tsx'
import { Emails } from '../event/followed.tsx'
import { Ledger } from '../event/ledger.tsx'
import { quote } from '../events/command-of.ts'
import { EventTable } from '../events/event-table.tsx'
import { Balance } from './balance.tsx'
import { Customers } from './customers.tsx'
import { Generations } from './generations.tsx'
import { Payments } from './payments.tsx'
import { RoleHistory } from './role-history.tsx'
import { Subscriptions } from './subscriptions.tsx'
import { Timeline } from './timeline.tsx'

// Loaded when a person is opened: the first page stays small.
const StateAt = lazy(async () => ({ default: (await import('./state-at.tsx')).StateAt }))

/** A user of the host, or a customer of Stripe, with all that is known of either. */
export function Person({ kind, id }: { kind: 'users' | 'customers'; id: string }) {
  const query = useQuery(personQuery(kind, id))
  const name = kind === 'users' ? 'User' : 'Customer'
  return (
    <Page
      title={`${name} ${id}`}
      heading={
        <>
          {name} <span className="id">{id}</span>
        </>
      }
    >
      <Answer query={query} missing={<Unknown name={name} id={id} />}>
        {(person) => <Known person={person} kind={kind} id={id} />}
      </Answer>
      <Command line={kind === 'users' ? `sluice find ${quote(id)}` : `sluice events --customer ${quote(id)}`} />
    </Page>
  )
}

function Known({ person, kind, id }: { person: Data; kind: 'users' | 'customers'; id: string }) {
  const { subscriptions, payments, ledger, documents, emails, generations, timeline, events, roleHistory } = person
  return (
    <>
      <Why person={person} />
      <Customers customers={person.customers} />
      <Part name="Role history" rows={roleHistory}>
        <RoleHistory roles={roleHistory} />
      </Part>
      <Part name="Timeline" rows={timeline}>
        <Timeline items={timeline} />
      </Part>
      <Suspense fallback={<Loading />}>
        <StateAt key={id} kind={kind} id={id} />
      </Suspense>
      <Part name="Subscriptions" rows={subscriptions}>
        <Subscriptions subscriptions={subscriptions} />
      </Part>
      <Part name="Payments" rows={payments}>
        <Payments payments={payments} />
      </Part>
      <Part name="Ledger" rows={ledger}>
        <Balance lines={ledger} />
        <Ledger lines={ledger.map((line) => ({ ...line, isOwn: true }))} />
      </Part>
      <Part name="Documents" rows={documents}>
        <Documents documents={documents} />
      </Part>
      <Part name="E-mails" rows={emails}>
        <Emails emails={emails} />
      </Part>
      <Part name="Generations" rows={generations}>
        <Generations generations={generations} />
      </Part>
      <Part name="Events" rows={events}>
        <EventTable events={events} caption="Events, the newest first" />
      </Part>
    </>
  )
}

/** The answer to "why is this user FREE?", with the event behind it. */
function Why({ person: { user, why } }: { person: Data }) {
  return (
    <section className="why" aria-label="The role">
      {user && (
        <p>
          <Link to="/u/$id" params={{ id: user.id }} className="id">
            {user.id}
          </Link>{' '}
          <b>{user.role}</b>
          {user.hostRole && user.hostRole !== user.role && (
            <span className="soft"> (the host gave {user.hostRole})</span>
          )}
        </p>
      )}
      <p className="answer-text">
        {why.text}{' '}
        {why.event && (
          <Link to="/e/$provider/$id" params={{ provider: why.event.provider, id: why.event.eventId }}>
            {why.event.type}
          </Link>
        )}
      </p>
    </section>
  )
}

function Part({ name, rows, children }: { name: string; rows: unknown[]; children: ReactNode }) {
  if (rows.length === 0) return null
  return (
    <section>
      <h2>
        {name} <span className="count">{rows.length}</span>
      </h2>
      {children}
    </section>
  )
}

const Unknown = ({ name, id }: { name: string; id: string }) => (
  <section className="empty">
    <h2>No {name.toLowerCase()} has this id</h2>
    <p>
      Ids are compared as a whole. Events may still name it: look for{' '}
      <Link to="/events" search={{ q: id }}>
        {id} among events
      </Link>
      .
    </p>
  </section>
)
