import { Link } from '@tanstack/react-router'
import type { Overview } from '../../api/types.ts'
import { localTime } from '../../parts/when.ts'

type Point = Overview['events'][number]

const WIDTH = 600
const HEIGHT = 96

/** Events by time of receipt: failed ones at the foot of each bar, striped. The table beside it says the same. */
export function Chart({ points, seconds }: { points: Point[]; seconds: number }) {
  const most = Math.max(1, ...points.map(({ received }) => received))
  const step = WIDTH / Math.max(1, points.length)
  return (
    <figure className="chart">
      <figcaption>
        Events received, at most {most.toLocaleString()} in {lengthOf(seconds)}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <defs>
          <pattern id="stripes" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect className="ground" width="4" height="4" />
            <rect className="stripe" width="2" height="4" />
          </pattern>
        </defs>
        {points.map(({ at, received, failed }, index) => (
          <g key={at}>
            <rect className="all" x={index * step} width={step * 0.85} {...bar(received, most)} />
            <rect className="failed" x={index * step} width={step * 0.85} {...bar(failed, most)} />
          </g>
        ))}
      </svg>
      <details>
        <summary>As a table</summary>
        <PointTable points={points.filter(({ received }) => received > 0)} seconds={seconds} />
      </details>
    </figure>
  )
}

/** Anything at all is seen. */
function bar(count: number, most: number) {
  const height = count === 0 ? 0 : Math.max(1.5, (count / most) * HEIGHT)
  return { y: HEIGHT - height, height }
}

const lengthOf = (seconds: number): string =>
  seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`

const OUTCOMES = ['processed', 'ignored', 'failed'] as const

const PointTable = ({ points, seconds }: { points: Point[]; seconds: number }) => (
  <table className="rows">
    <caption className="unseen">Events by time of receipt</caption>
    <thead>
      <tr>
        <th scope="col">From</th>
        {['received', ...OUTCOMES].map((name) => (
          <th key={name} scope="col" className="number">
            {name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {points.map((point) => (
        <tr key={point.at}>
          <th scope="row">
            <Link
              to="/events"
              search={{ since: point.at, until: new Date(Date.parse(point.at) + seconds * 1000).toISOString() }}
            >
              {localTime(new Date(point.at)).replace(/\.\d+$/, '')}
            </Link>
          </th>
          {(['received', ...OUTCOMES] as const).map((name) => (
            <td key={name} className="number" data-label={name}>
              {point[name].toLocaleString()}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)
