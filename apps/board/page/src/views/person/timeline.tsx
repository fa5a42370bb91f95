import type { Person } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { formatMoney } from '../../parts/money.ts'
import { State, toneOf } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { axisOf, type Item, lanesOf } from './axis.ts'
import { SaidBy } from './said-by.tsx'

const dayOf = (time: Date): string => time.toISOString().slice(0, 10)

const WIDTH = 720
const LANE = 28
const LEFT = 110

/** Subscriptions as bars, payments, refunds and disputes as points on one axis. The table below says the same. */
export function Timeline({ items }: { items: Person['timeline'] }) {
  const axis = axisOf(items, new Date())
  const lanes = lanesOf(items)
  const x = (time: string | null) => LEFT + axis.at(time) * (WIDTH - LEFT - 8)
  return (
    <figure className="timeline">
      <svg viewBox={`0 0 ${WIDTH} ${lanes.length * LANE + 24}`} aria-hidden="true">
        {lanes.map(({ name, items: own }, lane) => (
          <g key={name} transform={`translate(0 ${lane * LANE})`}>
            <text x="0" y="18">
              {name.length > 15 ? `${name.slice(0, 14)}…` : name}
            </text>
            <line x1={LEFT} x2={WIDTH} y1={LANE - 2} y2={LANE - 2} />
            {own.map((item, index) =>
              item.kind === 'subscription' ? (
                <Bar key={`${item.at} ${index}`} item={item} from={x(item.at)} to={x(item.until)} />
              ) : (
                <Point key={`${item.id} ${item.at}`} item={item} x={x(item.at)} />
              ),
            )}
          </g>
        ))}
        <text x={LEFT} y={lanes.length * LANE + 16}>
          {dayOf(axis.from)}
        </text>
        <text x={WIDTH} y={lanes.length * LANE + 16} textAnchor="end">
          {dayOf(axis.to)}
        </text>
      </svg>
      <Twin items={items} />
    </figure>
  )
}

function Bar({ item, from, to }: { item: Item; from: number; to: number }) {
  const width = Math.max(2, to - from)
  return (
    <g className={`bar ${toneOf(item.status ?? '')}`}>
      <rect x={from} y="5" width={width} height="18" />
      {width > 60 && (
        <text x={from + 4} y="18">
          {item.status ?? 'not recorded'}
        </text>
      )}
    </g>
  )
}

/** A payment is a dot, a refund a square, a dispute a triangle; what failed is empty. */
function Point({ item: { kind, status }, x }: { item: Item; x: number }) {
  const tone = toneOf(status ?? '')
  if (kind === 'payment') return <circle className={tone} cx={x} cy="14" r="5" />
  if (kind === 'refund') return <rect className={`point ${tone}`} x={x - 5} y="9" width="10" height="10" />
  return <path className={tone} d={`M${x} 8l6 11h-12z`} />
}

const Twin = ({ items }: { items: Item[] }) => (
  <DataTable
    caption="Subscriptions and money over time, the newest first"
    heads={['What', 'Status', 'From', 'To', 'Price or amount', 'Said by']}
  >
    <tbody>
      {items.map((item, index) => (
        <tr key={`${item.id} ${items.length - index}`}>
          <th scope="row">
            {item.kind} <span className="id">{item.id}</span>
          </th>
          <td>{item.status === null ? <span className="soft">not recorded</span> : <State of={item.status} />}</td>
          <td className="when">
            <Time at={item.at} />
          </td>
          <td className="when">{item.until !== null && item.until !== item.at && <Time at={item.until} />}</td>
          <td>{priceOf(item)}</td>
          <td>
            <SaidBy {...item} />
          </td>
        </tr>
      ))}
    </tbody>
  </DataTable>
)

function priceOf({ priceId, quantity, amount, currency }: Item): string {
  if (amount !== null && currency !== null) return formatMoney(amount, currency)
  return [priceId, quantity !== null && quantity !== 1 && `× ${quantity}`].filter(Boolean).join(' ')
}
