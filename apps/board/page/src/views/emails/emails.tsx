import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Filter } from '../../api/filter.ts'
import { emailsQuery } from '../../api/queries.ts'
import type { EmailItem } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { NoneFound } from '../../parts/none-found.tsx'
import { Page } from '../../parts/page.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ROW_LINK } from '../../parts/return.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { useReturnFocus } from '../../parts/use-return-focus.ts'
import { FilterForm } from '../events/filter-form.tsx'
import { EMAIL_FILTERS } from './filters.ts'

interface Props {
  filter: Filter
  cursor?: string | undefined
  apply: (filter: Filter) => void
}

/** E-mails that were begun, newest first. */
export function Emails({ filter, cursor, apply }: Props) {
  const query = useQuery(emailsQuery(filter, cursor))
  useReturnFocus(query)
  return (
    <Page title="E-mails">
      <FilterForm names={EMAIL_FILTERS} filter={filter} apply={apply} />
      <Answer query={query}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? (
              <NoneFound
                what="e-mail"
                filter={filter}
                hasMore={next !== null}
                apply={apply}
                hint={
                  <p>
                    One that a rule held back before it was begun is among the effects of its event, with the reason.
                  </p>
                }
              >
                <p>
                  An e-mail that a rule held back, such as <code>EMAILS</code> or the customer's missing address, is
                  among the effects of its event, with the reason.
                </p>
              </NoneFound>
            ) : (
              <Table emails={items} />
            )}
            <Pages path="/emails" search={filter} cursor={cursor} next={next} />
          </>
        )}
      </Answer>
      <Command line="sluice emails preview" />
    </Page>
  )
}

const Table = ({ emails }: { emails: EmailItem[] }) => (
  <DataTable caption="E-mails, the newest first" heads={['E-mail', 'Outcome', 'Subject', 'Customer', 'Sent']}>
    <tbody>
      {emails.map(({ id, effectKey, kind, subject, outcome, error, sentAt, customerId, event }) => (
        <tr key={id}>
          <th scope="row">
            <Link to="/emails/$key" params={{ key: effectKey }} {...ROW_LINK}>
              {kind}
            </Link>
            <span className="below id">{effectKey}</span>
            {event && (
              <Link to="/e/$provider/$id" params={{ provider: event.provider, id: event.eventId }} className="below id">
                {event.eventId}
              </Link>
            )}
          </th>
          <td>
            <State of={outcome} />
            {error && <span className={outcome === 'failed' ? 'below error' : 'below'}>{error}</span>}
          </td>
          <td>{subject}</td>
          <td>
            {customerId && (
              <Link to="/c/$id" params={{ id: customerId }} className="id">
                {customerId}
              </Link>
            )}
          </td>
          <td className="when">{sentAt && <Time at={sentAt} />}</td>
        </tr>
      ))}
    </tbody>
  </DataTable>
)
