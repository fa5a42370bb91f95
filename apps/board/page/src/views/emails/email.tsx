import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { emailQuery } from '../../api/queries.ts'
import type { EmailLife } from '../../api/types.ts'
import { Address } from '../../parts/address.tsx'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { Documents } from '../../parts/documents.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { Resend } from '../event/followed.tsx'
import { Rendering } from './rendering.tsx'

/** One e-mail: what became of it, what went along, and its text as it was sent. */
export function Email({ id }: { id: string }) {
  const query = useQuery(emailQuery(id))
  return (
    <Page title={`E-mail ${id}`} heading={query.data?.email.kind ?? `E-mail ${id}`}>
      <Answer query={query} missing={<Missing id={id} />}>
        {(life) => <Known life={life} />}
      </Answer>
      <Command line="sluice emails preview" />
    </Page>
  )
}

function Known({ life }: { life: EmailLife }) {
  const { email, attempts, documents, replaced } = life
  return (
    <>
      <Head life={life} />
      <section>
        <h2>Text</h2>
        <Rendering id={email.effectKey} />
      </section>
      {documents.length + replaced.length > 0 && (
        <section>
          <h2>Attachments</h2>
          <Documents documents={documents} />
          {replaced.map((key) => (
            <p key={key} className="soft">
              <span className="id">{key}</span> was replaced by a newer document.
            </p>
          ))}
        </section>
      )}
      {attempts.length > 0 && (
        <section>
          <h2>Failed attempts</h2>
          <ul className="plain">
            {attempts.map(({ number, failedAt, error }) => (
              <li key={`${number} ${failedAt}`}>
                {number}: <span className="error">{error}</span> <Time at={failedAt} exact />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

const Head = ({ life: { email, effect } }: { life: EmailLife }) => (
  <section className="head" aria-label="The e-mail">
    <p className="title">
      <State of={email.outcome} /> <q>{email.subject}</q>
      {effect && email.outcome !== 'pending' && <Resend id={effect.id} isDead={email.outcome === 'failed'} />}
    </p>
    {email.error && <p className={email.outcome === 'failed' ? 'error' : ''}>{email.error}</p>}
    <dl className="facts">
      <Fact name="To">
        ••• <Address of="emails" id={email.effectKey} />
      </Fact>
      {email.sentAt && (
        <Fact name="Sent">
          <Time at={email.sentAt} exact />
        </Fact>
      )}
      {email.outcome === 'pending' && effect && (
        <Fact name="Due">
          <Time at={effect.availableAt} exact />
        </Fact>
      )}
      <Fact name="Key">
        <span className="id">{email.effectKey}</span>
      </Fact>
      <Fact name="Caused by">
        {email.event ? (
          <Link to="/e/$provider/$id" params={{ provider: email.event.provider, id: email.event.eventId }}>
            {email.event.type}
          </Link>
        ) : (
          'an event that is deleted'
        )}
      </Fact>
      {email.customerId && (
        <Fact name="Customer">
          <Link to="/c/$id" params={{ id: email.customerId }} className="id">
            {email.customerId}
          </Link>
        </Fact>
      )}
    </dl>
  </section>
)

const Missing = ({ id }: { id: string }) => (
  <section className="empty">
    <h2>No e-mail was begun under this key</h2>
    <p>
      One that a rule held back is among the effects of its event, with the reason. Find events by{' '}
      <Link to="/events" search={{ q: id }}>
        {id}
      </Link>
      , or see <Link to="/emails">all e-mails</Link>.
    </p>
  </section>
)
