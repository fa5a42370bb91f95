import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { ActionFilter } from '../../api/queries.ts'
import { actionChainQuery, actionsQuery } from '../../api/queries.ts'
import type { ActionItem } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Page } from '../../parts/page.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ROW_LINK } from '../../parts/return.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { useReturnFocus } from '../../parts/use-return-focus.ts'
import { aboutOf } from './about.ts'

interface Props {
  filter: ActionFilter
  cursor?: string | undefined
  apply: (filter: ActionFilter) => void
}

/** All actions, with who asked for them, when and why. */
export function Actions({ filter, cursor, apply }: Props) {
  const query = useQuery(actionsQuery(filter, cursor))
  useReturnFocus(query)
  return (
    <Page title="Actions">
      <Filter filter={filter} apply={apply} />
      <Answer query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <section className="empty">
              <h2>No action</h2>
              <p>What operators ask for here or in a terminal stands in this list, with who asked, when and why.</p>
            </section>
          ) : (
            <>
              <ActionTable actions={items} caption="Actions, the newest first" />
              <Pages path="/actions" search={filter} cursor={cursor} next={next} />
            </>
          )
        }
      </Answer>
      <Chain />
    </Page>
  )
}

/** Names of the filters, and what they are called. */
const FIELDS = [
  ['kind', 'Kind', 'redrive'],
  ['actor', 'Who', ''],
  ['since', 'Since', '24h or a date'],
  ['until', 'Until', '1h or a date'],
] as const

function Filter({ filter, apply }: Omit<Props, 'cursor'>) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const texts = [...new FormData(event.currentTarget)].map(([name, text]) => [name, String(text).trim()] as const)
    apply(Object.fromEntries(texts.filter(([, text]) => text !== '')))
  }
  return (
    <search>
      <form key={JSON.stringify(filter)} className="filter even" onSubmit={submit} aria-label="Filter">
        {FIELDS.map(([name, label, hint]) => (
          <div key={name} className={filter[name] ? 'field set' : 'field'}>
            <label htmlFor={`filter-${name}`}>{label}</label>
            <input
              id={`filter-${name}`}
              name={name}
              defaultValue={filter[name]}
              placeholder={hint}
              spellCheck={false}
              autoComplete="off"
            />
          </div>
        ))}
        <div className="buttons">
          <button type="submit">Filter</button>
        </div>
      </form>
    </search>
  )
}

export const ActionTable = ({ actions, caption }: { actions: ActionItem[]; caption: string }) => (
  <DataTable caption={caption} heads={['Action', 'Who', 'Why', 'State', 'When']}>
    <tbody>
      {actions.map((action) => (
        <tr key={action.id}>
          <th scope="row">
            <Link to="/a/$id" params={{ id: action.id }} {...ROW_LINK}>
              {action.kind}
            </Link>
            <span className="below id">{aboutOf(action.filter)}</span>
          </th>
          <td>
            {action.actor}
            <span className="below">{action.role}</span>
          </td>
          <td>{action.reason}</td>
          <td>
            <State of={action.state} />
            {action.total !== null && (
              <span className="below">
                {action.done} of {action.total}
              </span>
            )}
          </td>
          <td className="when">
            <Time at={action.at} />
          </td>
        </tr>
      ))}
    </tbody>
  </DataTable>
)

/** Whether nobody has changed an action since it was asked for, on request: it reads all of them. */
function Chain() {
  const [isWanted, setWanted] = useState(false)
  const { data, error, isFetching, refetch } = useQuery({ ...actionChainQuery, enabled: isWanted })
  return (
    <section>
      <button type="button" disabled={isFetching} onClick={() => (isWanted ? void refetch() : setWanted(true))}>
        Verify the chain
      </button>
      <div role="status">
        {error && <p className="error">It could not be verified: {error.message}.</p>}
        {data?.whole && <p>The chain is whole: nobody has changed, or taken out, an action.</p>}
        {data && !data.whole && (
          <>
            <p className="error">The chain is broken: somebody has changed or taken out actions.</p>
            <ul className="plain">
              {data.broken.map(({ id, problem }) => (
                <li key={id}>
                  <Link to="/a/$id" params={{ id }}>
                    Action {id}
                  </Link>{' '}
                  {PROBLEMS[problem]}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  )
}

const PROBLEMS = {
  gap: 'an action before it is missing',
  order: 'does not follow the one before it',
  row: 'who, when or what was changed',
  content: 'its filter or reason was changed',
} as const
