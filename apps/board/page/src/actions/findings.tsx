import type { ReactNode } from 'react'
import type { PreviewResult } from '../api/types.ts'
import { DataTable } from '../parts/data-table.tsx'
import { formatMoney } from '../parts/money.ts'
import { counted } from './words.ts'

/** The changes that an action would make. */
export function Findings({ found }: { found: PreviewResult }) {
  const { failures, money, roles, roleCount, effects } = found
  return (
    <section className="findings" aria-label="What would change">
      <p role="status">
        <strong>{summaryOf(found)}</strong>
      </p>
      <ul>
        {notesOf(found).map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      {failures.length > 0 && (
        <List name="Would fail">
          {failures.map(({ cause, type, count, events }) => (
            <li key={`${type} ${cause}`} className="error">
              {counted(count, 'event')} {type}: {cause} <span className="soft">({events.join(', ')})</span>
            </li>
          ))}
        </List>
      )}
      {roleCount > 0 && (
        <List name={`${counted(roleCount, 'role')} would change`}>
          {roles.map(({ user, before, after }) => (
            <li key={user}>
              <span className="id">{user}</span> {before ?? 'none'} → {after}
            </li>
          ))}
        </List>
      )}
      {money.length > 0 && (
        <List name="Ledger">
          {money.map(({ account, currency, change }) => (
            <li key={`${account} ${currency}`}>
              {account} {change > 0 ? '+' : ''}
              {formatMoney(change, currency)}
            </li>
          ))}
        </List>
      )}
      {effects.length > 0 && (
        <List name="Effects that would run">
          {effects.map(({ kind, count }) => (
            <li key={kind}>
              {count} × {kind}
            </li>
          ))}
        </List>
      )}
      {found.rowCount > 0 && <Rows found={found} />}
    </section>
  )
}

function summaryOf({ of, events, passing, failing, changesNothing, rowCount, untried }: PreviewResult): string {
  if (events === 0 && (untried?.effects ?? 0) > 0) return 'Only effects match, such as e-mails.'
  if (events === 0)
    return of === 'redrive' ? 'No dead letter of an event matches.' : 'No finished event with a body matches.'
  if (changesNothing) return `Nothing would change: ${counted(events, 'event')} tried.`
  const fails = failing === 0 ? 'none would fail' : `${failing} would still fail`
  return `${passing} of ${counted(events, 'event')} would pass, ${fails}. ${counted(rowCount, 'row')} would change.`
}

/** Events and messages that a preview cannot try or make again. */
function notesOf({ untried, erased = 0, keptCount, sentCount }: PreviewResult): string[] {
  const { effects = 0, thin = 0 } = untried ?? {}
  return [
    effects > 0 && `${counted(effects, 'effect')} cannot be tried without being carried out.`,
    thin > 0 && `${counted(thin, 'thin event')} cannot be tried, because the worker has to fetch it.`,
    erased > 0 && `${counted(erased, 'event')} cannot be read any more, because the body is gone.`,
    keptCount > 0 && `${counted(keptCount, 'row')} can only be merged into, because events about it are gone.`,
    sentCount > 0 && `${counted(sentCount, 'message')} that went out would say something else now, or not go out.`,
  ].filter((note) => note !== false)
}

function Rows({ found: { rows, rowCount, tables } }: { found: PreviewResult }) {
  return (
    <details>
      <summary>
        {counted(rowCount, 'row')} in {tables.map(({ table }) => table).join(', ')}
        {rows.length < rowCount && `, the first ${rows.length} here`}
      </summary>
      <div className="wide">
        <DataTable caption="Rows that would change" heads={['Row', 'Change']}>
          <tbody>
            {rows.map(({ table, key, isNew, isGone, columns }) => (
              <tr key={`${table} ${key}`}>
                <th scope="row">
                  {table} <span className="id">{key}</span>
                </th>
                <td>
                  {isNew && 'new '}
                  {isGone && 'deleted '}
                  {columns.map((column) => changeOf(column, isNew)).join('; ')}
                </td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      </div>
    </details>
  )
}

type Column = PreviewResult['rows'][number]['columns'][number]

function changeOf(column: Column, isNew: boolean): string {
  if (column.after === undefined) return `${column.column} (not shown)`
  const after = text(column.after)
  return isNew ? `${column.column} ${after}` : `${column.column}: ${text(column.before)} → ${after}`
}

const text = (value: unknown): string =>
  value === null || value === undefined ? 'none' : typeof value === 'object' ? JSON.stringify(value) : String(value)

const List = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <h3>{name}</h3>
    <ul>{children}</ul>
  </>
)
