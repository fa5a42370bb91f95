import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@sluice/dev-services'
import { eventually, withFolder } from '@sluice/testing'
import { stringify } from 'yaml'
import { yamlOf } from './files.ts'
import { programOf } from './promtool.ts'

export interface Series {
  labels: Record<string, string>
  value: number
}

export interface Prometheus {
  url: string
  /** The alerts that fire now, by name. */
  firing(): Promise<string[]>
  /** The current result of a query. @throws Error with the message of Prometheus */
  series(expression: string): Promise<Series[]>
  /** The sum of what a query gives; 0 when that is nothing. */
  query(expression: string): Promise<number>
  /** Looks at one more app from now on. */
  watch(app: { name: string; port: number }): void
}

type Targets = Record<string, number[]>

/** Durations in the alerts, and the shorter ones used here. Everything else stays unchanged. */
const SOONER: Record<string, [said: string, here: string][]> = {
  EffectsUnfinished: [['> 900', '> 5']],
  EventsUnsettled: [['> 300', '> 5']],
  NoWebhooks: [
    ['[1d] offset 3h', '[10m] offset 10s'],
    ['[3h]', '[10s]'],
  ],
  WebhookBacklog: [
    ['> 60', '> 5'],
    ['[2m]', '[10s]'],
  ],
}

/** A real Prometheus with our rules, which looks every second. Its alerts do not wait before they fire. */
export function withPrometheus<T>(targets: Targets, use: (prometheus: Prometheus) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const configure = (watched: Targets) =>
      writeFileSync(join(folder, 'prometheus.yml'), stringify(configurationOf(watched)))
    writeFileSync(join(folder, 'alerts.yml'), stringify(impatientRules()))
    configure(targets)
    const port = await freePort()
    const args = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=127.0.0.1:${port}`]
    const server = spawn(programOf('prometheus'), args, { cwd: folder, stdio: 'ignore' })
    const ended = once(server, 'close')
    let watched = targets
    const watch: Prometheus['watch'] = (app) => {
      watched = { ...watched, [app.name]: [...(watched[app.name] ?? []), app.port] }
      configure(watched)
      server.kill('SIGHUP') // it reads its configuration again
    }
    const prometheus = { ...clientOf(`http://127.0.0.1:${port}`), watch }
    try {
      const count = Object.values(targets).flat().length
      await eventually(async () => {
        if ((await prometheus.query('up')) < count) throw new Error('Prometheus has not seen all apps')
      }, 30_000)
      return await use(prometheus)
    } finally {
      server.kill()
      await ended
    }
  })
}

function impatientRules() {
  const { groups } = yamlOf('docker/prometheus/alerts.yml')
  for (const rule of groups.flatMap(({ rules }: { rules: object[] }) => rules)) {
    delete rule.for
    for (const [said, here] of SOONER[rule.alert] ?? []) {
      if (!rule.expr.includes(said)) throw new Error(`${rule.alert} does not say ${said}`)
      rule.expr = rule.expr.replaceAll(said, here)
    }
  }
  return { groups }
}

const configurationOf = (targets: Targets) => ({
  global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
  rule_files: ['alerts.yml'],
  scrape_configs: Object.entries(targets).map(([job_name, ports]) => ({
    job_name,
    static_configs: [{ targets: ports.map((port) => `127.0.0.1:${port}`) }],
  })),
})

function clientOf(url: string): Omit<Prometheus, 'watch'> {
  const ask = async (path: string) => {
    const { data, error } = await (await fetch(`${url}/api/v1${path}`)).json()
    if (error) throw new Error(error)
    return data
  }
  const series: Prometheus['series'] = async (expression) => {
    const { result } = (await ask(`/query?query=${encodeURIComponent(expression)}`)) as {
      result: { metric: Record<string, string>; value: [number, string] }[]
    }
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
  }
  return {
    url,
    firing: async () => {
      const { alerts } = (await ask('/alerts')) as { alerts: { state: string; labels: { alertname: string } }[] }
      return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname)
    },
    series,
    query: async (expression) => (await series(expression)).reduce((sum, { value }) => sum + value, 0),
  }
}
