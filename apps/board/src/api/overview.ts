import { type OverviewRows, percentileOf, readAlerts, readExamination, readOverview } from '@sluice/database/inspect'
import { z } from 'zod'
import { attentionOf, findingsOf, secondsSince, unreachableStores } from './attention.ts'
import { RANGES, range } from './query.ts'
import { route } from './route.ts'
import { Overview } from './schemas/overview.ts'

/** Seconds of one point of the charts. */
const INTERVALS = { '1h': 60, '24h': 900, '7d': 7_200 } as const

export const overview = route({
  path: '/overview',
  query: z.object({ range }),
  answer: Overview,
  read: async (reader, { range }, _person, probes) => {
    const now = new Date()
    const interval = INTERVALS[range]
    const times = timesOf(now, RANGES[range], interval)
    const [since = now] = times
    const rows = await readOverview(reader, since, interval)
    const alerts = await readAlerts(reader)
    const findings = findingsOf(await readExamination(reader))
    const oldest = alerts.find(({ kind }) => kind === 'oldest_waiting')?.since ?? null
    const seriesOf = grouped(times)
    return {
      range,
      interval,
      attention: [
        ...(await unreachableStores(probes)),
        ...findings,
        ...alerts.flatMap((alert) => attentionOf(alert, now) ?? []),
      ],
      oldestWaitingSeconds: oldest && secondsSince(oldest, now),
      countedUntil: rows.countedUntil,
      events: times.map((at) => pointAt(at, rows)),
      latency: latencyOf(rows.events),
      causes: seriesOf(rows.causes, ['fingerprint', 'cause', 'type'], 'attempts', ['attempts', 'dead']),
      refusals: seriesOf(
        rows.deliveries.filter(({ outcome }) => outcome === 'refused'),
        ['provider', 'reason'],
        'count',
        ['count'],
      ),
      payments: seriesOf(rows.payments, ['currency', 'status'], 'amount', ['count', 'amount']),
      effects: seriesOf(
        rows.effects.map(({ outcome, ...effect }) => ({ ...effect, status: outcome })),
        ['kind', 'status'],
        'count',
        ['count'],
      ),
      generations: seriesOf(rows.generations, ['status'], 'count', ['count']),
    }
  },
})

/** The starts of all points, the last of which is not over. */
function timesOf(now: Date, seconds: number, interval: number): Date[] {
  const last = Math.floor(now.getTime() / 1_000 / interval)
  const count = seconds / interval
  return Array.from({ length: count }, (_, index) => new Date((last - count + 1 + index) * interval * 1_000))
}

function pointAt(at: Date, { events, deliveries }: OverviewRows) {
  const ended = events.filter((point) => point.at.getTime() === at.getTime())
  const requests = deliveries.filter((point) => point.at.getTime() === at.getTime())
  const of = (rows: { outcome: string; count: number }[], wanted: string) =>
    rows.reduce((sum, { outcome, count }) => (outcome === wanted ? sum + count : sum), 0)
  const histogram = histogramOf(ended)
  return {
    at,
    processed: of(ended, 'processed'),
    ignored: of(ended, 'ignored'),
    failed: of(ended, 'failed'),
    retried: of(ended, 'retried'),
    duplicate: of(requests, 'duplicate'),
    refused: of(requests, 'refused'),
    p50: percentileOf(histogram, 0.5),
    p95: percentileOf(histogram, 0.95),
    p99: percentileOf(histogram, 0.99),
  }
}

const histogramOf = (points: { histogram: number[] }[]): number[] =>
  points.reduce<number[]>((sum, { histogram }) => histogram.map((count, bucket) => count + (sum[bucket] ?? 0)), [])

function latencyOf(events: OverviewRows['events']) {
  const histogram = histogramOf(events)
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentileOf(histogram, share))
  if (p50 == null || p95 == null || p99 == null) return null
  return { p50: p50 / 1_000, p95: p95 / 1_000, p99: p99 / 1_000 }
}

/** Gathers rows with equal `keys` into one series: the sums of `sums`, and `value` at each point. The largest come first. */
function grouped(times: Date[]) {
  const indexOf = new Map(times.map((time, index) => [time.getTime(), index]))

  return <Row extends { at: Date }, Key extends keyof Row, Sum extends keyof Row>(
    rows: Row[],
    keys: Key[],
    value: Sum,
    sums: Sum[],
  ) => {
    const series = new Map<string, Pick<Row, Key> & Record<Sum, number> & { values: number[] }>()
    for (const row of rows) {
      const name = JSON.stringify(keys.map((key) => row[key]))
      const one = series.get(name) ?? begin(row, keys, sums)
      series.set(name, one)
      for (const sum of sums) (one[sum] as number) += row[sum] as number
      const index = indexOf.get(row.at.getTime())
      if (index !== undefined) one.values[index] = (one.values[index] ?? 0) + (row[value] as number)
    }
    const [largest] = sums
    return [...series.values()].sort((a, b) => (largest === undefined ? 0 : Number(b[largest]) - Number(a[largest])))
  }

  function begin<Row, Key extends keyof Row, Sum extends keyof Row>(row: Row, keys: Key[], sums: Sum[]) {
    return {
      ...(Object.fromEntries(keys.map((key) => [key, row[key]])) as Pick<Row, Key>),
      ...(Object.fromEntries(sums.map((sum) => [sum, 0])) as Record<Sum, number>),
      values: times.map(() => 0),
    }
  }
}
