import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { deadLetterQuery } from '../../api/queries.ts'
import type { DeadLetterMembers } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ROW_LINK, returnFocus } from '../../parts/return.ts'
import { Time } from '../../parts/time.tsx'
import { quote } from '../events/command-of.ts'

/** The open dead letters of one cause. */
export function DeadLetter({ fingerprint, cursor }: { fingerprint: string; cursor?: string | undefined }) {
  const query = useQuery(deadLetterQuery(fingerprint, cursor))
  useEffect(() => {
    if (query.data) returnFocus(location.href)
  }, [query.data])
  return (
    <Page title={`Dead letters ${fingerprint}`} heading={<>Dead letters with one cause</>}>
      <Answer query={query} missing={<Gone fingerprint={fingerprint} />}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Gone fingerprint={fingerprint} />
          ) : (
            <>
              <pre className="error">{items[0]?.error}</pre>
              <Members members={items} />
              <Pages path={`/d/${encodeURIComponent(fingerprint)}`} cursor={cursor} next={next} />
            </>
          )
        }
      </Answer>
      <Command line={`sluice redrive --fingerprint ${quote(fingerprint)} --dry-run`} />
    </Page>
  )
}

function Members({ members }: { members: DeadLetterMembers['items'] }) {
  const [first] = members
  return (
    <table className="rows">
      <caption className="unseen">Dead letters with this cause, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">Type</th>
          <th scope="col">Customer</th>
          <th scope="col" className="number">
            Attempts
          </th>
          <th scope="col">Failed</th>
        </tr>
      </thead>
      <tbody>
        {members.map(({ id, provider, eventId, type, effectKey, customerId, error, attempts, failedAt }) => (
          <tr key={id}>
            <th scope="row">
              <Link to="/e/$provider/$id" params={{ provider, id: eventId }} className="id" {...ROW_LINK}>
                {eventId}
              </Link>
              {effectKey && <span className="below id">{effectKey}</span>}
              {error !== first?.error && <span className="below error">{error}</span>}
            </th>
            <td>{type}</td>
            <td>
              {customerId && (
                <Link to="/c/$id" params={{ id: customerId }} className="id">
                  {customerId}
                </Link>
              )}
            </td>
            <td className="number" data-label="attempts">
              {attempts}
            </td>
            <td className="when">
              <Time at={failedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Gone = ({ fingerprint }: { fingerprint: string }) => (
  <section className="empty">
    <h2>No open dead letter has this cause</h2>
    <p>
      All with the fingerprint <span className="id">{fingerprint}</span> were redriven, or retention has deleted them. A
      redrive that fails again comes back here.
    </p>
    <p>
      <Link to="/d">All dead letters</Link>
    </p>
  </section>
)
