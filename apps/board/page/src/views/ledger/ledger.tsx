import { useQuery } from '@tanstack/react-query'
import { ledgerQuery } from '../../api/queries.ts'
import type { Ledger as Data } from '../../api/types.ts'
import { addressOf } from '../../base.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { formatMoney } from '../../parts/money.ts'
import { Page } from '../../parts/page.tsx'
import { Check } from './check.tsx'

/** The trial balance, whether it is right, and what each day added. */
export function Ledger() {
  return (
    <Page title="Ledger">
      <Answer query={useQuery(ledgerQuery)}>
        {({ balances, days, check }) => (
          <>
            <Check check={check} />
            <h2>Trial balance</h2>
            {balances.length === 0 ? (
              <p>Nothing is booked, or every account is at zero.</p>
            ) : (
              <Balances rows={balances} />
            )}
            <h2>Last 30 days</h2>
            {days.length === 0 ? <p>Nothing was booked.</p> : <Days rows={days} />}
            <p>
              <a href={addressOf('/api/ledger.csv')} download>
                All lines as CSV
              </a>
            </p>
          </>
        )}
      </Answer>
      <Command line="sluice ledger check" />
    </Page>
  )
}

const groupOf = ({ stripeAccount, livemode, currency }: Data['balances'][number]): string =>
  [stripeAccount ?? 'platform', livemode === null ? 'mode unknown' : livemode ? 'live' : 'test', currency].join(' · ')

function Balances({ rows }: { rows: Data['balances'] }) {
  const groups = [...new Set(rows.map(groupOf))]
  return (
    <DataTable
      caption="Balance of each account, debits less credits"
      heads={['Account', { number: 'Debit' }, { number: 'Credit' }]}
    >
      {groups.map((group) => (
        <Group key={group} name={group} rows={rows.filter((row) => groupOf(row) === group)} />
      ))}
    </DataTable>
  )
}

function Group({ name, rows }: { name: string; rows: Data['balances'] }) {
  const sum = rows.reduce((total, { balance }) => total + balance, 0)
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={3}>
          {name}{' '}
          {sum === 0 ? (
            <span className="soft">balanced</span>
          ) : (
            <strong className="error">not balanced: {formatMoney(sum, rows[0]?.currency ?? '')}</strong>
          )}
        </th>
      </tr>
      {rows.map(({ account, balance, currency }) => (
        <tr key={account}>
          <th scope="row">{account}</th>
          <td className="number" data-label="debit">
            {balance > 0 && formatMoney(balance, currency)}
          </td>
          <td className="number" data-label="credit">
            {balance < 0 && formatMoney(-balance, currency)}
          </td>
        </tr>
      ))}
    </tbody>
  )
}

const Days = ({ rows }: { rows: Data['days'] }) => (
  <DataTable
    caption="Sums of each day and account, the newest first"
    heads={['Day (UTC)', 'Account', { number: 'Debit' }, { number: 'Credit' }]}
  >
    <tbody>
      {rows.map(({ day, account, currency, debit, credit }) => (
        <tr key={`${day} ${account} ${currency}`}>
          <th scope="row">{day}</th>
          <td>{account}</td>
          <td className="number" data-label="debit">
            {debit > 0 && formatMoney(debit, currency)}
          </td>
          <td className="number" data-label="credit">
            {credit > 0 && formatMoney(credit, currency)}
          </td>
        </tr>
      ))}
    </tbody>
  </DataTable>
)
