import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@sluice/local-stores'
import { eventually, withFolder } from '@sluice/testing'
import { stringify } from 'yaml'
import { yamlOf } from './files.ts'
import { programOf } from './promtool.ts'

export interface Prometheus {
  /** The alerts that fire now, by name. */
  firing(): Promise<string[]>
  /** The sum of what a query gives; 0 when that is nothing. */
  query(expression: string): Promise<number>
}

/** A real Prometheus with our rules, which looks every second. Its alerts do not wait before they fire. */
export function withPrometheus<T>(
  targets: Record<string, number[]>,
  use: (prometheus: Prometheus) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const { groups } = yamlOf('docker/prometheus/alerts.yml')
    for (const rule of groups.flatMap(({ rules }: { rules: object[] }) => rules)) delete rule.for
    writeFileSync(join(folder, 'alerts.yml'), stringify({ groups }))
    writeFileSync(join(folder, 'prometheus.yml'), stringify(configurationOf(targets)))
    const port = await freePort()
    const args = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=127.0.0.1:${port}`]
    const server = spawn(programOf('prometheus'), args, { cwd: folder, stdio: 'ignore' })
    const ended = once(server, 'close')
    const prometheus = clientOf(`http://127.0.0.1:${port}/api/v1`)
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

const configurationOf = (targets: Record<string, number[]>) => ({
  global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
  rule_files: ['alerts.yml'],
  scrape_configs: Object.entries(targets).map(([job_name, ports]) => ({
    job_name,
    static_configs: [{ targets: ports.map((port) => `127.0.0.1:${port}`) }],
  })),
})

function clientOf(url: string): Prometheus {
  const ask = async (path: string) => (await (await fetch(url + path)).json()).data
  return {
    firing: async () => {
      const { alerts } = (await ask('/alerts')) as { alerts: { state: string; labels: { alertname: string } }[] }
      return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname)
    },
    query: async (expression) => {
      const { result } = (await ask(`/query?query=${encodeURIComponent(expression)}`)) as {
        result: { value: [number, string] }[]
      }
      return result.reduce((sum, { value }) => sum + Number(value[1]), 0)
    },
  }
}
