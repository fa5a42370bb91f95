import { Link } from '@tanstack/react-router'
import type { EventLife } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { shown, Values } from '../../parts/values.tsx'

/** Few enough to read at a glance. */
const OPEN_MAX = 3

/** Rows that the event touched, as they are now. */
export function Rows({ rows }: { rows: EventLife['facts'] }) {
  return (
    <>
      {rows.map(({ table, key, values }) => (
        <details key={`${table}/${key}`} open={rows.length <= OPEN_MAX}>
          <summary>
            {table} <span className="id">{key}</span> {stateIn(values)}
          </summary>
          {values === null ? (
            <p className="soft">It is gone, or has nothing that may be shown.</p>
          ) : (
            <Values values={values} />
          )}
          {table === 'payments' && (
            <p>
              <Link to="/payments/$id" params={{ id: key }}>
                What went back of it, and its entries
              </Link>
            </p>
          )}
        </details>
      ))}
    </>
  )
}

function stateIn(values: Record<string, unknown> | null) {
  const state = values?.['status'] ?? values?.['role']
  return typeof state === 'string' && <State of={state} />
}

/** The key of a row, which leads to its page where it has one. */
function RowKey({ table, id }: { table: string; id: string }) {
  if (table === 'payments')
    return (
      <Link to="/payments/$id" params={{ id }} className="id">
        {id}
      </Link>
    )
  if (table === 'users')
    return (
      <Link to="/u/$id" params={{ id }} className="id">
        {id}
      </Link>
    )
  return <span className="id">{id}</span>
}

/** The changes of the event, column by column. */
export function Changes({ changes }: { changes: EventLife['changes'] }) {
  return (
    <DataTable caption="Columns that changed" heads={['Row', 'Column', 'Before', 'After', 'When']}>
      <tbody>
        {changes.map(({ table, key, column, before, after, at, cause }) => (
          <tr key={`${table}/${key} ${column} ${at}`}>
            <th scope="row">
              {table} <RowKey table={table} id={key} />
            </th>
            <td>{column}</td>
            <td>{before === null ? <span className="soft">empty</span> : <del>{shown(column, before, {})}</del>}</td>
            <td>{after === null ? <span className="soft">empty</span> : <ins>{shown(column, after, {})}</ins>}</td>
            <td className="when">
              <Time at={at} exact />
              {cause && <span className="below">{cause}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}
