import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { deadLettersQuery } from '../../api/queries.ts'
import type { DeadLetterGroup } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ROW_LINK, returnFocus } from '../../parts/return.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'

/** Failures for good, one row a cause. */
export function DeadLetters({ cursor }: { cursor?: string | undefined }) {
  const query = useQuery(deadLettersQuery(cursor))
  useEffect(() => {
    if (query.data) returnFocus(location.href)
  }, [query.data])
  return (
    <Page title="Dead letters">
      <Answer query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Nothing />
          ) : (
            <>
              <Groups groups={items} />
              <Pages path="/d" cursor={cursor} next={next} />
            </>
          )
        }
      </Answer>
      <Command line="sluice redrive --dry-run" />
    </Page>
  )
}

const Groups = ({ groups }: { groups: DeadLetterGroup[] }) => (
  <table className="rows groups">
    <caption className="unseen">Dead letters by cause, the newest first</caption>
    <thead>
      <tr>
        <th scope="col">Cause</th>
        <th scope="col">Of</th>
        <th scope="col">State</th>
        <th scope="col" className="number">
          Count
        </th>
        <th scope="col">First</th>
        <th scope="col">Last</th>
      </tr>
    </thead>
    <tbody>
      {groups.map(({ fingerprint, cause, type, of, state, count, first, last }) => (
        <tr key={fingerprint}>
          <th scope="row">
            <Link to="/d/$fingerprint" params={{ fingerprint }} {...ROW_LINK}>
              {cause}
            </Link>
            <span className="below id">{fingerprint}</span>
          </th>
          <td>
            {type}
            <span className="below">{of}</span>
          </td>
          <td>
            <State of={state} />
          </td>
          <td className="number" data-label="count">
            {count}
          </td>
          <td className="when" data-label="first">
            <Time at={first} />
          </td>
          <td className="when" data-label="last">
            <Time at={last} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

const Nothing = () => (
  <section className="empty">
    <h2>No dead letters</h2>
    <p>
      Nothing has used up its attempts. What fails is tried again by itself; only then it comes here, one row a cause,
      until somebody redrives it.
    </p>
  </section>
)
