import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { metrics } from '@sluice/runtime/metrics'
import { REPOSITORY } from '@sluice/testing'
import { yamlOf } from './files.ts'

interface Rule {
  alert?: string
  record?: string
  expr: string
  for?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

export const rules: Rule[] = yamlOf('docker/prometheus/alerts.yml').groups.flatMap(
  ({ rules }: { rules: Rule[] }) => rules,
)

/** Labels that Prometheus adds itself, or a histogram's. */
const STANDARD_LABELS = ['job', 'instance', 'le']

/** Every metric that a query may name, and its labels. */
async function knownMetrics(): Promise<Map<string, string[]>> {
  const known = new Map<string, string[]>([['up', []]])
  for (const { record } of rules) if (record) known.set(record, [])
  for (const { name, type } of await metrics.registry.getMetricsAsJSON()) {
    const { labelNames = [] } = metrics.registry.getSingleMetric(name) as unknown as { labelNames?: string[] }
    const suffixes = String(type) === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
    for (const suffix of suffixes) known.set(name + suffix, labelNames)
  }
  return known
}

/** Names in a query that the code does not have: metrics, labels and their values. Empty when all exist. */
export async function strangersIn(expression: string): Promise<string[]> {
  const known = await knownMetrics()
  const used = [
    ...expression.matchAll(/\b((?:webhook|process|nodejs)[a-z0-9_]*(?::[a-z0-9_:]+)?|up)\b(?:\{([^}]*)\})?/g),
  ]
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(', '))
  const labels = new Set([...STANDARD_LABELS, ...used.flatMap(([, name = '']) => known.get(name) ?? [])])
  const strangers = grouped.filter((name) => !labels.has(name))
  if (used.length === 0) strangers.push(`no metric in ${expression}`)
  for (const [, name = '', selector = ''] of used) {
    const own = known.get(name)
    if (!own) strangers.push(name)
    for (const [, label = '', value = ''] of selector.matchAll(/([a-z_]+)(?:=~|!~|!=|=)"([^"]*)"/g)) {
      if (![...(own ?? []), ...STANDARD_LABELS].includes(label)) strangers.push(`${name}{${label}}`)
      strangers.push(...value.split('|').filter((one) => !isValueOf(label, one)))
    }
  }
  return strangers
}

const JOBS: string[] = yamlOf('docker/prometheus/prometheus.yml').scrape_configs.map(
  ({ job_name }: { job_name: string }) => job_name,
)

/** States of jobs are BullMQ's own: https://docs.bullmq.io/guide/architecture */
const STATES = ['active', 'completed', 'delayed', 'failed', 'paused', 'prioritized', 'waiting', 'waiting-children']

const code = ['apps/ingest/src', 'apps/worker/src', 'packages/queue/src', 'packages/runtime/src']
  .flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(REPOSITORY, folder, name),
    ),
  )
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')

function isValueOf(label: string, value: string): boolean {
  if (label === 'job') return JOBS.includes(value)
  if (label === 'state') return STATES.includes(value)
  if (label === 'le') return code.includes(`${value}`)
  return code.includes(`'${value}'`) || code.includes(`${value}:`)
}
