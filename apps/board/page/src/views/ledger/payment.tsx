import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { paymentQuery } from '../../api/queries.ts'
import type { PaymentLife } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { formatMoney } from '../../parts/money.ts'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { Ledger } from '../event/ledger.tsx'
import { quote } from '../events/command-of.ts'

/** One payment: what went back of it, and whether its entries say the same. */
export function Payment({ id }: { id: string }) {
  return (
    <Page title={`Payment ${id}`}>
      <Answer query={useQuery(paymentQuery(id))} missing={<Missing id={id} />}>
        {(life) => (
          <>
            <Head life={life} />
            <h2>Refunds and disputes</h2>
            {life.reversals.length === 0 ? <p>None is known.</p> : <Reversals rows={life.reversals} />}
            <h2>Accounts</h2>
            <Accounts lines={life.lines} />
            <h2>Entries</h2>
            {life.lines.length === 0 ? (
              <p>Nothing is booked.</p>
            ) : (
              <Ledger lines={life.lines.map((line) => ({ ...line, isOwn: true }))} />
            )}
          </>
        )}
      </Answer>
      <Command line={`sluice find ${quote(id)}`} />
    </Page>
  )
}

function Head({ life: { payment } }: { life: PaymentLife }) {
  const { status, amount, currency, customerId, userId, occurredAt, movedTo, provider, eventId } = payment
  return (
    <section className="head" aria-label="The payment">
      <p className="title">
        <State of={status} /> {formatMoney(amount, currency)} <Time at={occurredAt} />
      </p>
      <p className="links">
        {customerId && (
          <Link to="/c/$id" params={{ id: customerId }} className="id">
            {customerId}
          </Link>
        )}
        {userId && (
          <Link to="/u/$id" params={{ id: userId }} className="id">
            {userId}
          </Link>
        )}
        {provider && eventId && (
          <Link to="/e/$provider/$id" params={{ provider, id: eventId }} className="id">
            {eventId}
          </Link>
        )}
        {movedTo && (
          <Link to="/payments/$id" params={{ id: movedTo }}>
            Its money belongs to {movedTo}
          </Link>
        )}
      </p>
    </section>
  )
}

const Reversals = ({ rows }: { rows: PaymentLife['reversals'] }) => (
  <ul className="plain">
    {rows.map(({ kind, id, status, amount, currency }) => (
      <li key={id}>
        <State of={status} /> {kind} <span className="id">{id}</span> {formatMoney(amount, currency)}
      </li>
    ))}
  </ul>
)

/** Each account as the two sides of a T. */
function Accounts({ lines }: { lines: PaymentLife['lines'] }) {
  const names = [...new Set(lines.map(({ account, currency }) => `${account} ${currency}`))]
  const sideOf = (name: string, side: string) =>
    lines.filter(({ account, currency, direction }) => `${account} ${currency}` === name && direction === side)
  return (
    <div className="accounts">
      {names.map((name) => (
        <table key={name} className="rows">
          <caption>{name}</caption>
          <thead>
            <tr>
              <th scope="col" className="number">
                Debit
              </th>
              <th scope="col" className="number">
                Credit
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <td className="number" data-label="debit">
                <Sums lines={sideOf(name, 'debit')} />
              </td>
              <td className="number" data-label="credit">
                <Sums lines={sideOf(name, 'credit')} />
              </td>
            </tr>
          </tbody>
        </table>
      ))}
    </div>
  )
}

const Sums = ({ lines }: { lines: PaymentLife['lines'] }) => (
  <>
    {lines.map(({ id, entryKey, amount, currency }) => (
      <div key={id}>
        {formatMoney(amount, currency)} <span className="below id">{entryKey}</span>
      </div>
    ))}
  </>
)

const Missing = ({ id }: { id: string }) => (
  <section className="empty">
    <h2>No payment {id} is known</h2>
    <p>
      <Link to="/events" search={{ q: id }}>
        Events with this id
      </Link>
    </p>
  </section>
)
