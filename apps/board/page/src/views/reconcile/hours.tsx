import type { ReconcileRunLife } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'

type Hour = ReconcileRunLife['hours'][number]

const COLUMNS = [
  'sent',
  'received',
  'missed',
  'processed',
  'ignored',
  'failed',
  'waiting',
  'refused',
] as const satisfies (keyof Hour)[]

type Sums = Record<(typeof COLUMNS)[number] | 'past', number>

export const sumOf = (hours: Hour[]): Sums =>
  hours.reduce<Sums>(
    (sum, hour) =>
      Object.fromEntries(Object.entries(sum).map(([name, value]) => [name, value + hour[name as keyof Sums]])) as Sums,
    { sent: 0, received: 0, missed: 0, processed: 0, ignored: 0, failed: 0, waiting: 0, refused: 0, past: 0 },
  )

/** Events by the hour in which they happened. Refused requests are those of the hour, whoever sent them. */
export const Hours = ({ hours, caption }: { hours: Hour[]; caption: string }) => (
  <DataTable caption={caption} heads={['Hour', ...COLUMNS.map((name) => ({ number: headOf(name) }))]}>
    <tbody>
      {hours.map((hour) => (
        <tr key={hour.hour}>
          <th scope="row" className="when">
            <time dateTime={hour.hour}>{startOf(hour.hour)}</time>
          </th>
          {COLUMNS.map((name) => (
            <td key={name} className={isBad(name) && hour[name] > 0 ? 'number error' : 'number'} data-label={name}>
              {hour[name].toLocaleString()}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </DataTable>
)

const isBad = (name: string): boolean => name === 'missed' || name === 'failed'

const headOf = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`

/** `29 Nov, 13:00`, in the zone of the reader. */
const startOf = (hour: string): string =>
  new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(hour))
