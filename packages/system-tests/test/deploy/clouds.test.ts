import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { providers } from '@sluice/providers'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { lastStep, readDockerfile } from '../support/deploy/dockerfile.ts'
import { DOCKER, textOf, yamlOf } from '../support/deploy/files.ts'
import { type Manifest, renderChart } from '../support/deploy/helm.ts'

const PATHS = ['/webhooks/', '/api/v1/webhooks/', '/api/webhook/']
const stages = readDockerfile(join(DOCKER, 'Dockerfile'))
const known = [...textOf('packages/runtime/README.md').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name)
const services = renderChart().filter(({ kind }) => kind === 'Service')

/** The port of a Service of the chart by its number or name. */
const hasPort = ({ name, port }: Manifest): boolean =>
  services.some(
    ({ metadata, spec }) =>
      metadata.name === name && spec.ports.some((one: Manifest) => [one.port, one.name].includes(port?.name ?? port)),
  )

test('proxies pass on the paths of webhooks, and every route of ingest is below one', () => {
  const webhooks = providers.flatMap(({ paths }) => paths)
  expect(webhooks.length).toBeGreaterThan(2)
  expect(webhooks.filter((path) => !PATHS.some((one) => `${path}/`.startsWith(one)))).toEqual([])

  const caddy = textOf('docker/clouds/Caddyfile')
  expect(/@webhooks path (.*)/.exec(caddy)?.[1]?.split(' ')).toEqual(PATHS.map((path) => `${path}*`))
  const published = [yamlOf('docker/compose.yml').services.proxy, yamlOf('docker/compose.yml').services.board]
  const ports = published.map((service) => service.ports[0].split(':').slice(0, 2).join(':'))
  expect([...caddy.matchAll(/reverse_proxy (\S+)/g)].map(([, address]) => address)).toEqual(ports)

  const [hooks, board] = yamlOf('docker/clouds/ingress.yaml').spec.rules
  expect(hooks.http.paths.map(({ path }: Manifest) => path)).toEqual(PATHS)
  for (const { backend } of [...hooks.http.paths, ...board.http.paths]) expect(hasPort(backend.service)).toBe(true)

  const gateway = parseAllDocuments(textOf('docker/clouds/gateway.yaml')).map((one) => one.toJS())
  expect(gateway[0].spec.rules[0].matches.map(({ path }: Manifest) => path.value)).toEqual(PATHS)
  for (const { spec } of gateway) for (const each of spec.rules[0].backendRefs) expect(hasPort(each)).toBe(true)
})

test('the values for a cluster are ones that the chart has, with variables that the apps read', () => {
  const values = yamlOf('docker/clouds/kubernetes.yaml')
  const schema = z.fromJSONSchema(JSON.parse(textOf('docker/helm/sluice/values.schema.json')))
  expect(schema.safeParse(values).error).toBeUndefined()
  const kinds = renderChart(values).map(({ kind }) => kind)
  for (const kind of ['HorizontalPodAutoscaler', 'ServiceMonitor', 'PrometheusRule']) expect(kinds).toContain(kind)
  const names = ['ingest', 'worker', 'board'].flatMap((app) => Object.keys(values[app].settings))
  expect(names.filter((name) => !known.includes(name))).toEqual([])
})

test.each(['ingest', 'worker', 'board', 'cli'])('fly/%s.toml runs its image on its ports', (app) => {
  const text = textOf(`docker/clouds/fly/${app}.toml`)
  const setting = (name: string) => new RegExp(`^${name} = "?([^"\n]*)"?$`, 'm').exec(text)?.[1]
  expect(setting('build-target')).toBe(app)
  expect(stages.map(({ name }) => name)).toContain(app)
  const variables = [...text.matchAll(/^([A-Z][A-Z_]+) = /gm)].map(([, name]) => name)
  expect(variables.filter((name) => !known.includes(name))).toEqual([])
  if (app === 'cli') return expect(setting('release_command')).toBe('migrate --role-passwords')

  const port = lastStep(stages, app, 'EXPOSE')
  expect(setting(`${app.toUpperCase()}_PORT`)).toBe(port)
  expect([port, undefined]).toContain(setting('internal_port'))
  const watched = [...text.matchAll(/^port = (\d+)\npath = "(\S+)"/gm)].map(([, at, path]) => [at, path])
  const ops = setting('INGEST_OPS_PORT') ?? port
  expect(watched).toEqual([[ops, '/readyz'], ...(app === 'board' ? [] : [[ops, '/metrics']])])
})
