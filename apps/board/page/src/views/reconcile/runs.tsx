import { Link } from '@tanstack/react-router'
import type { ReconcileRun } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { ROW_LINK } from '../../parts/return.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { AskedBy } from './asked-by.tsx'

/** Every question to a provider, newest first. */
export const Runs = ({ runs }: { runs: ReconcileRun[] }) => (
  <DataTable
    caption="Runs, newest first"
    heads={['Provider', 'Asked by', 'Asked', 'Since', { number: 'Listed' }, { number: 'Missed' }, 'Result']}
  >
    <tbody>
      {runs.map(({ id, provider, askedBy, finishedAt, since, checked, missed, repair, error }) => (
        <tr key={id}>
          <th scope="row">
            <Link to="/reconcile/$id" params={{ id }} {...ROW_LINK}>
              {provider}
            </Link>
          </th>
          <td>
            <AskedBy by={askedBy} />
          </td>
          <td className="when" data-label="asked">
            <Time at={finishedAt} />
          </td>
          <td className="when" data-label="since">
            <Time at={since} />
          </td>
          <td className="number" data-label="listed">
            {checked.toLocaleString()}
          </td>
          <td className="number" data-label="missed">
            {missed.toLocaleString()}
          </td>
          <td>
            <State of={error ? 'failed' : missed === 0 ? 'none missing' : repair ? 'repaired' : 'missing'} />
            {error && <span className="below error">{error}</span>}
          </td>
        </tr>
      ))}
    </tbody>
  </DataTable>
)
