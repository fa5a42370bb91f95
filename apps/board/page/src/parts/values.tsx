import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { formatMoney } from './money.ts'
import { Time } from './time.tsx'

type Values = Record<string, unknown>

/** Columns of a row and their values, as names and values of a list; those that are empty by name alone. */
export function Values({ values }: { values: Values }) {
  const all = Object.entries(values)
  const filled = all.filter(([, value]) => !isEmpty(value))
  const empty = all.filter(([, value]) => isEmpty(value)).map(([name]) => name)
  return (
    <dl className="values">
      {filled.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{shown(name, value, values)}</dd>
        </div>
      ))}
      {empty.length > 0 && (
        <div>
          <dt>empty</dt>
          <dd className="soft">{empty.join(', ')}</dd>
        </div>
      )}
    </dl>
  )
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

const MONEY = /(^|_)(amount|total|subtotal|tax|refunded|due|paid|remaining)(_|$)/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

/** One value in the way that its column asks for. @param row has the currency of an amount */
export function shown(name: string, value: unknown, row: Values): ReactNode {
  const currency = row['currency']
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number')
    return typeof currency === 'string' && MONEY.test(name) ? formatMoney(value, currency) : String(value)
  if (typeof value !== 'string') return <code>{JSON.stringify(value)}</code>
  if (TIME.test(value)) return <Time at={value} exact />
  return linked(name, value)
}

function linked(name: string, value: string): ReactNode {
  if (name.endsWith('user_id'))
    return (
      <Link to="/u/$id" params={{ id: value }} className="id">
        {value}
      </Link>
    )
  if (name.endsWith('payment_id'))
    return (
      <Link to="/payments/$id" params={{ id: value }} className="id">
        {value}
      </Link>
    )
  if (value.startsWith('cus_'))
    return (
      <Link to="/c/$id" params={{ id: value }} className="id">
        {value}
      </Link>
    )
  if (/^(sub|in|pi|ch|re|dp|cs)_\w+$/.test(value))
    return (
      <Link to="/events" search={{ q: value }} className="id">
        {value}
      </Link>
    )
  return /(^|_)id$|key$/.test(name) ? <span className="id">{value}</span> : value
}
