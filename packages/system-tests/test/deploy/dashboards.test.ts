import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { stringify } from 'yaml'
import { DOCKER, yamlOf } from '../support/deploy/files.ts'
import { strangersIn } from '../support/deploy/known-metrics.ts'
import { panels, queryOf } from '../support/deploy/panels.ts'
import { promtool } from '../support/deploy/promtool.ts'

const provisioning = 'docker/grafana/provisioning'
const queries = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })))

test('Grafana finds the dashboard where compose puts it, and Prometheus where it is', () => {
  const { services } = yamlOf('docker/compose.yml')
  const mounts: string[] = services.grafana.volumes
  const [provider] = yamlOf(`${provisioning}/dashboards/sluice.yml`).providers
  expect(mounts).toContain(`./grafana/dashboards:${provider.options.path}:ro`)
  expect(mounts).toContain('./grafana/provisioning:/etc/grafana/provisioning:ro')
  expect(readdirSync(join(DOCKER, 'grafana/dashboards'))).toEqual(['sluice.json'])

  const [source] = yamlOf(`${provisioning}/datasources/prometheus.yml`).datasources
  expect(source.url).toBe('http://prometheus:9090')
  for (const { datasource } of queries) expect(datasource.uid).toBe(source.uid)
})

test('shows what must be seen, each panel in a place of its own', () => {
  const titles = panels.map(({ title }) => title)
  expect(titles).toEqual(
    expect.arrayContaining([
      ...['Is it up', 'Requests by outcome', 'Age of the oldest waiting job', 'Jobs by state'],
      ...['Ended, by type and outcome', 'Dead letters by cause', 'Payments an hour', 'Stores', 'Redis memory'],
    ]),
  )
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true)
})

test('asks only for metrics, labels and values that the code has, in queries that Prometheus understands', () =>
  withFolder(async (folder) => {
    for (const { title, expr, legendFormat } of queries) {
      expect([title, await strangersIn(expr)]).toEqual([title, []])
      const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name)
      const kept = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? ['job', 'instance']
      expect([title, labels.filter((name) => !kept.includes(name ?? ''))]).toEqual([title, []])
    }
    const rules = queries.map(({ expr }, index) => ({
      record: `panel:query${index}`,
      expr: queryOf(expr),
    }))
    writeFileSync(join(folder, 'panels.yml'), stringify({ groups: [{ name: 'panels', rules }] }))
    expect(promtool(['check', 'rules', 'panels.yml'], folder)).toContain(`${queries.length} rules found`)
  }))
