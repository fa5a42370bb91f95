import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Overview } from '../../api/types.ts'
import { Chart, type Line, type Rows } from '../../parts/chart/chart.tsx'
import { duration } from '../../parts/when.ts'

type Point = Overview['events'][number]
type Name = Exclude<keyof Point, 'at'>

/** Events by outcome, the time from receipt to commit, and requests that were no first delivery. */
export function Charts({ data }: { data: Overview }) {
  return (
    <div className="charts">
      <Course data={data} title="Events that ended, by outcome" format={whole} lines={OUTCOMES} rows={eventsOf} />
      <Course data={data} title="From receipt to commit" format={duration} lines={LATENCIES} rows={eventsOf} />
      <Course data={data} title="Repeats and refused requests" format={whole} lines={REQUESTS} rows={requestsOf} />
    </div>
  )
}

const whole = (count: number): string => Math.round(count).toLocaleString()

const OUTCOMES: [Name, string][] = [
  ['processed', 'accent'],
  ['ignored', 'soft'],
  ['failed', 'bad'],
  ['retried', 'waiting'],
]

const LATENCIES: [Name, string][] = [
  ['p50', 'accent'],
  ['p95', 'waiting'],
  ['p99', 'bad'],
]

const REQUESTS: [Name, string][] = [
  ['duplicate', 'accent'],
  ['refused', 'bad'],
]

interface Props {
  data: Overview
  title: string
  format: (value: number) => string
  lines: [Name, string][]
  rows: (point: Point, until: string) => Rows
}

function Course({ data: { events, interval }, title, format, lines, rows }: Props) {
  const navigate = useNavigate()
  const drawn = useMemo(() => {
    const times = events.map(({ at }) => Date.parse(at))
    const rowsAt = (index: number) => {
      const point = events[index] as Point
      return rows(point, new Date(Date.parse(point.at) + interval * 1000).toISOString())
    }
    const all = lines.map(([name, tone]): Line => ({ label: name, tone, values: events.map((point) => point[name]) }))
    return { times, lines: all, rowsAt, open: (index: number) => void navigate(rowsAt(index)) }
  }, [events, interval, lines, rows, navigate])
  return <Chart title={title} format={format} {...drawn} />
}

/** The list goes by the time of receipt, which is a little earlier. Those that failed are what somebody looks for. */
const eventsOf: Props['rows'] = ({ at, failed }, until) => ({
  to: '/events',
  search: { since: at, until, ...(failed > 0 && { status: 'failed' }) },
})

const requestsOf: Props['rows'] = ({ refused }) => ({
  to: '/deliveries',
  search: { ...(refused > 0 && { outcome: 'refused' }) },
})
