import { AskButton } from '../../actions/ask-button.tsx'
import { counted } from '../../actions/words.ts'
import { isRunning } from '../../api/queries.ts'
import type { Ledger } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'

type Result = NonNullable<NonNullable<Ledger['check']>['result']>

/** The result of the last check that was asked for here. */
export function Check({ check }: { check: Ledger['check'] }) {
  if (check === null)
    return (
      <p>
        Nobody has asked for a check here. It compares every entry with the payment, refund or dispute behind it.{' '}
        <Now />
      </p>
    )
  return (
    <section aria-label="Last check">
      <p>
        Checked: <State of={check.state} /> <Time at={check.finishedAt ?? check.at} />
        {isRunning(check.state) && check.total !== null && ` page ${check.done} of ${check.total}`}{' '}
        {!isRunning(check.state) && <Now />}
      </p>
      {check.error && <p className="error">{check.error}</p>}
      {check.result && <Outcome result={check.result} />}
    </section>
  )
}

const Now = () => (
  <AskButton
    kind="ledger-check"
    label="Check now"
    about="A worker compares every entry with the payment, refund or dispute behind it. Nothing is changed."
    filter={{}}
    answer={(result) => summaryOf(result as Result)}
  />
)

const summaryOf = ({ findingCount, checked }: Result): string =>
  findingCount === 0
    ? `The ledger is correct: ${counted(checked, 'row')} checked.`
    : `${counted(findingCount, 'difference')} in ${counted(checked, 'row')}`

function Outcome({ result }: { result: Result }) {
  const { findingCount, findings, unknownCount } = result
  return (
    <>
      <p>
        {findingCount === 0 ? summaryOf(result) : <strong className="error">{summaryOf(result)}</strong>}
        {unknownCount > 0 && ` ${unknownCount.toLocaleString()} are of payments that are not known here: no error.`}
      </p>
      {findings.length > 0 && (
        <DataTable caption="Differences" heads={['Entry', 'Expected', 'Found']}>
          <tbody>
            {findings.map(({ key, expected, found }) => (
              <tr key={`${key} ${expected}`}>
                <th scope="row" className="id">
                  {key}
                </th>
                <td>{expected}</td>
                <td>{found}</td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
    </>
  )
}
