import type { Health } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { sizeOf } from '../../parts/size.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'

type Row = NonNullable<Health['processes']>[number]

/** Every ingest and worker of the last hour. */
export function Processes({ processes }: { processes: Health['processes'] }) {
  if (processes === null) return <p>Processes report to the database, which does not answer.</p>
  return (
    <>
      {!processes.some(({ app, isLate }) => app === 'worker' && !isLate) && <NoWorker />}
      {processes.length > 0 && (
        <DataTable
          caption="Processes of the last hour"
          heads={['Process', 'Started', 'Last report', 'Handlers', { number: 'Processor' }, { number: 'Memory' }]}
        >
          <tbody>{processes.map(Process)}</tbody>
        </DataTable>
      )}
    </>
  )
}

const Process = ({ app, instance, version, startedAt, reportedAt, isLate, load }: Row) => (
  <tr key={instance}>
    <th scope="row">
      <State of={isLate ? 'silent' : 'answers'} /> {app} <span className="below id">{instance.slice(0, 8)}</span>
    </th>
    <td className="when" data-label="started">
      <Time at={startedAt} />
    </td>
    <td className="when" data-label="last report">
      <Time at={reportedAt} />
      {isLate && <span className="below error">It was stopped, or cannot reach Postgres.</span>}
    </td>
    <td className="id" data-label="handlers">
      {version}
    </td>
    <td className="number" data-label="processor">
      {load && percent(load.cpu)}
      {load && <span className="below">event loop busy {percent(load.loop)}</span>}
    </td>
    <td className="number" data-label="memory">
      {load && sizeOf(load.memory)}
    </td>
  </tr>
)

const percent = (share: number): string => `${Math.round(share * 100)} %`

const NoWorker = () => (
  <section className="empty">
    <h2>No worker runs</h2>
    <p>Events are taken and recorded, and wait until one does. It needs its own environment:</p>
    <pre>node apps/worker/dist/main.js</pre>
  </section>
)
