import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { deadLettersQuery, type GroupState } from '../../api/queries.ts'
import type { DeadLetterGroup } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { formatMoney } from '../../parts/money.ts'
import { Page } from '../../parts/page.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ROW_LINK } from '../../parts/return.ts'
import { Spark } from '../../parts/spark.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { useReturnFocus } from '../../parts/use-return-focus.ts'
import { dailyLabel, stateOf } from './words.ts'

interface Props {
  state?: GroupState
  cursor?: string | undefined
}

/** Failures for good, one row a cause. */
export function DeadLetters({ state, cursor }: Props) {
  const query = useQuery(deadLettersQuery(state, cursor))
  useReturnFocus(query)
  return (
    <Page title="Dead letters">
      <nav className="ranges" aria-label="State">
        {STATES.map(([name, search]) => (
          <Link key={name} to="/d" search={search} activeOptions={{ exact: true }}>
            {name}
          </Link>
        ))}
      </nav>
      <Answer query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Nothing state={state} />
          ) : (
            <>
              <Groups groups={items} />
              <Pages path="/d" search={{ state }} cursor={cursor} next={next} />
            </>
          )
        }
      </Answer>
      <Command line="sluice redrive --dry-run" />
    </Page>
  )
}

const STATES: [name: string, search: { state?: GroupState }][] = [
  ['All', {}],
  ['Open', { state: 'open' }],
  ['Ignored', { state: 'ignored' }],
  ['Resolved', { state: 'resolved' }],
]

const Groups = ({ groups }: { groups: DeadLetterGroup[] }) => (
  <DataTable
    caption="Dead letters by cause, the newest first"
    heads={[
      'Cause',
      'Of',
      'State',
      { number: 'Open' },
      '14 days',
      { number: 'Customers' },
      { number: 'Money' },
      'Last',
    ]}
    className="groups"
  >
    <tbody>
      {groups.map((group) => (
        <Group key={group.fingerprint} group={group} />
      ))}
    </tbody>
  </DataTable>
)

function Group({ group }: { group: DeadLetterGroup }) {
  const { fingerprint, cause, type, of, count, first, last, customers, money, daily, owner, note } = group
  return (
    <tr>
      <th scope="row">
        <Link to="/d/$fingerprint" params={{ fingerprint }} {...ROW_LINK}>
          {cause}
        </Link>
        {note && <span className="below">{note}</span>}
        <span className="below id">{fingerprint}</span>
      </th>
      <td>
        {type}
        <span className="below">{of}</span>
      </td>
      <td>
        <State of={stateOf(group)} />
        {owner && <span className="below">{owner}</span>}
      </td>
      <td className="number" data-label="open">
        {count}
      </td>
      <td>
        <Spark counts={daily} label={dailyLabel(daily)} />
      </td>
      <td className="number" data-label="customers">
        {customers}
      </td>
      <td className="number" data-label="money">
        {money.map(({ currency, amount }) => (
          <span key={currency} className="line">
            {formatMoney(amount, currency)}
          </span>
        ))}
      </td>
      <td className="when" data-label="last">
        <Time at={last} />
        {first !== last && (
          <span className="below">
            first <Time at={first} />
          </span>
        )}
      </td>
    </tr>
  )
}

const Nothing = ({ state }: { state: GroupState | undefined }) =>
  state === undefined || state === 'open' ? (
    <section className="empty">
      <h2>No dead letters</h2>
      <p>
        Nothing has used up its attempts. What fails is tried again by itself; only then it comes here, one row a cause,
        until somebody redrives it.
      </p>
    </section>
  ) : (
    <section className="empty">
      <h2>No cause is {state}</h2>
      <p>An operator sets the state on the page of a cause.</p>
    </section>
  )
