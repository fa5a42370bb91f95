import type { Health } from '../../api/types.ts'
import { addressOf } from '../../base.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { State } from '../../parts/state.tsx'
import { duration } from '../../parts/when.ts'

/** Jobs of each queue and shard. */
export function Queues({ queues }: { queues: Health['queues'] }) {
  if (queues === null) return <p>Redis does not answer, so what waits there is not known.</p>
  const hasShards = queues.some(({ shard }) => shard > 0)
  return (
    <DataTable
      caption="Jobs by queue"
      heads={[
        'Queue',
        { number: 'Waiting' },
        { number: 'Oldest' },
        { number: 'Running' },
        { number: 'Delayed' },
        { number: 'Failed' },
      ]}
    >
      <tbody>
        {queues.map(({ name, shard, isPaused, waiting, oldestSeconds, running, delayed, failed }) => (
          <tr key={`${name} ${shard}`}>
            <th scope="row">
              <a href={addressOf(`/queues/queue/${encodeURIComponent(name)}`)}>{name}</a>
              {hasShards && ` shard ${shard}`} {isPaused && <State of="paused" />}
            </th>
            <td className="number" data-label="waiting">
              {waiting.toLocaleString()}
            </td>
            <td className="number" data-label="oldest">
              {oldestSeconds === null ? '' : duration(oldestSeconds * 1000)}
            </td>
            <td className="number" data-label="running">
              {running.toLocaleString()}
            </td>
            <td className="number" data-label="delayed">
              {delayed.toLocaleString()}
            </td>
            <td className="number" data-label="failed">
              {failed.toLocaleString()}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}
