import { createHash } from 'node:crypto'
import type { TestStripe } from '@sluice/testing/stand-ins'
import type { Sample } from './watch-import.ts'

const MINUTE_MS = 60_000

/** The cost of an import: its requests by list, and its memory over time. */
export function describeImport(stripe: TestStripe, samples: readonly Sample[], objects: number): string {
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0]
  const rates = stripe.perSecond()
  const most = samples.reduce((max, { mib }) => Math.max(max, mib), 0)
  return [
    `${objects} objects imported in ${seconds(last - first)} s: ${stripe.requests.length} requests, ` +
      `at most ${Math.max(...rates)} in a second, ${most} MiB at most`,
    `memory over time, MiB: ${overTime(samples).join(' ')}`,
    ...byPath(stripe).map(([path, { requests, ms }]) => `  ${path}: ${requests} requests, ${seconds(ms)} s`),
  ].join('\n')
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1)

/** The most memory in each tenth of the time, or in each minute of a long run. */
function overTime(samples: readonly Sample[]): number[] {
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0]
  const step = Math.max(MINUTE_MS, (last - first) / 40)
  const most: number[] = []
  for (const { at, mib } of samples) {
    const index = Math.floor((at - first) / step)
    most[index] = Math.max(most[index] ?? 0, mib)
  }
  return Array.from(most, (mib) => mib ?? 0)
}

/** The requests of each list, and the time until the request after each. */
function byPath({ requests }: TestStripe): [string, { requests: number; ms: number }][] {
  const paths = new Map<string, { requests: number; ms: number }>()
  for (const [index, { path, query, at }] of requests.entries()) {
    const status = /[?&]((?:status|active)=\w+)/.exec(query)?.[1]
    const name = status ? `${path} ${status}` : path
    const sum = paths.get(name) ?? { requests: 0, ms: 0 }
    const next = requests[index + 1]
    paths.set(name, { requests: sum.requests + 1, ms: sum.ms + (next ? next.at - at : 0) })
  }
  return [...paths]
}

/** One hash of all rows. */
export function hashOf(tables: Record<string, unknown[]>): string {
  const hash = createHash('sha256')
  for (const [name, rows] of Object.entries(tables))
    for (const row of rows) hash.update(`${name} ${JSON.stringify(row)}\n`)
  return hash.digest('hex').slice(0, 16)
}

const SHOWN = 5

/** The first rows of each table that only one of two results has. Empty: they are equal. */
export function differences(one: Record<string, unknown[]>, other: Record<string, unknown[]>) {
  const found: Record<string, { missing: unknown[]; extra: unknown[] }> = {}
  for (const table of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const missing = without(other[table], one[table])
    const extra = without(one[table], other[table])
    if (missing.length + extra.length > 0)
      found[table] = { missing: missing.slice(0, SHOWN), extra: extra.slice(0, SHOWN) }
  }
  return found
}

function without(rows: unknown[] = [], others: unknown[] = []): unknown[] {
  const known = new Set(others.map((row) => JSON.stringify(row)))
  return rows.filter((row) => !known.has(JSON.stringify(row)))
}
