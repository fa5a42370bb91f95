import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { faultsOfSluice } from '../docs/programs/sluice.ts'
import { EVERY_OPTION } from '../support/deploy/chart-values.ts'
import { textOf, yamlOf } from '../support/deploy/files.ts'
import { CHART, type Manifest, renderChart, renderNotes } from '../support/deploy/helm.ts'

const standard = renderChart()
const everything = renderChart(EVERY_OPTION)
const ofKind = (wanted: string, manifests = everything) => manifests.filter(({ kind }) => kind === wanted)
const named = (kind: string, name: string, manifests = everything): Manifest =>
  ofKind(kind, manifests).find(({ metadata }) => metadata.name === name)

/** The pods of all manifests: their labels and spec, by name. */
const podsOf = (manifests: Manifest[]): [string, Manifest][] =>
  manifests.flatMap(({ kind, metadata, spec }) => {
    if (kind === 'Pod') return [[metadata.name, { metadata, spec }]]
    return kind === 'Deployment' || kind === 'Job' ? [[metadata.name, spec.template]] : []
  })
const schema = z.fromJSONSchema(JSON.parse(textOf('docker/helm/sluice/values.schema.json')))

test.each([
  ['ingest', { replica: 5 }],
  ['setings', { TRUST_PROXY: 1 }],
  ['networkPolicy', { egressPorts: ['9000'] }],
  ['worker', { replicas: 0 }],
])('refuses values with a mistake in %s', (name, value) => {
  expect(schema.safeParse(yamlOf('docker/helm/sluice/values.yaml')).error).toBeUndefined()
  expect(schema.safeParse(EVERY_OPTION).error).toBeUndefined()
  expect(schema.safeParse({ [name]: value }).success).toBe(false)
})

test('every value that the templates use has a default, and every default is in the schema', () => {
  const templates = readdirSync(join(CHART, 'templates'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name))
    .map((name) => textOf(join('docker/helm/sluice/templates', name)))
    .join('\n')
  const used = [...templates.matchAll(/(?:\.Values|\$values)\.([\w.]+)/g)].map(([, path = '']) => path)
  const values = yamlOf('docker/helm/sluice/values.yaml')
  const defaultOf = (path: string) => path.split('.').reduce((inner, key) => inner?.[key], values)
  expect(used.length).toBeGreaterThan(40)
  expect(used.filter((path) => defaultOf(path) === undefined)).toEqual([])
  expect(schema.safeParse(values).error).toBeUndefined()
})

test('a number is a number in the variable, and each variable is there once', () => {
  const [container] = named('Deployment', 'sluice-worker').spec.template.spec.containers
  const value = (name: string) => container.env.find((one: Manifest) => one.name === name)?.value
  expect(value('EVENT_BACKOFF_MAX_MS')).toBe('3600000')
  expect(value('OTEL_TRACES_SAMPLER_ARG')).toBe('0.5')
  expect(value('LOG_LEVEL')).toBe('debug')
  for (const [name, { spec }] of podsOf(everything)) {
    const names: string[] = spec.containers[0].env.map((one: Manifest) => one.name)
    expect([name, names.filter((one, index) => names.indexOf(one) !== index)]).toEqual([name, []])
  }
})

test('two releases in a namespace share neither names nor pods', () => {
  const other = renderChart(EVERY_OPTION, 'other')
  const namesOf = (manifests: Manifest[]) => manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  expect(namesOf(everything).filter((name) => namesOf(other).includes(name))).toEqual([])
  const selectors = everything.flatMap(({ kind, spec = {} }) => {
    const selector = kind === 'Service' ? spec.selector : (spec.selector ?? spec.podSelector)?.matchLabels
    return selector ? [selector as Record<string, string>] : []
  })
  expect(selectors.length).toBeGreaterThan(10)
  for (const [, { metadata }] of podsOf(other)) {
    const taken = selectors.filter((selector) =>
      Object.entries(selector).every(([name, value]) => metadata.labels[name] === value),
    )
    expect([metadata.labels['app.kubernetes.io/name'], taken]).toEqual([metadata.labels['app.kubernetes.io/name'], []])
  }
  expect(named('Deployment', 'mine-ingest', renderChart({ nameOverride: 'mine' }))).toBeDefined()
})

test('runs the version that the chart is for, another tag, or a digest, from a registry with a login', () => {
  const { version } = JSON.parse(textOf('package.json'))
  const imageOf = (name: string, manifests: Manifest[]) =>
    named('Deployment', name, manifests).spec.template.spec.containers[0].image
  expect(imageOf('sluice-worker', standard)).toBe(`localhost/sluice-worker:${version}`)
  expect(imageOf('sluice-worker', renderChart({ image: { registry: 'r.example.com/a', tag: 'v9' } }))).toBe(
    'r.example.com/a/sluice-worker:v9',
  )
  expect(imageOf('sluice-worker', everything)).toBe(`localhost/sluice-worker@sha256:${'a'.repeat(64)}`)
  for (const [, { spec }] of podsOf(everything)) expect(spec.imagePullSecrets).toEqual([{ name: 'registry' }])
})

test('gives every pod the volumes, variables, annotations and nodes that the values name', () => {
  const { extraEnv, extraVolumes, extraVolumeMounts, nodeSelector, tolerations, affinity, priorityClassName } =
    EVERY_OPTION.pods
  for (const [name, { metadata, spec }] of podsOf(everything)) {
    expect(spec).toMatchObject({ nodeSelector, tolerations, affinity, priorityClassName })
    expect(spec.volumes).toEqual(expect.arrayContaining(extraVolumes))
    expect(spec.containers[0].volumeMounts).toEqual(expect.arrayContaining(extraVolumeMounts))
    expect(spec.containers[0].env).toEqual(expect.arrayContaining(extraEnv))
    if (!name.endsWith('-smoke')) expect(metadata.annotations).toEqual(EVERY_OPTION.pods.annotations)
  }
})

test('a bucket needs keys of the Secret, of another one, or an account of the pod alone', () => {
  const specOf = (app: string) => named('Deployment', `sluice-${app}`).spec.template.spec
  for (const app of ['worker', 'board', 'cli']) {
    const names = specOf(app).containers[0].env.map((one: Manifest) => one.name)
    expect(names).toEqual(expect.arrayContaining(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']))
  }
  expect(specOf('worker').containers[0].envFrom).toEqual(EVERY_OPTION.worker.envFrom)
  expect(named('ServiceAccount', 'sluice-worker').metadata.annotations).toEqual(
    EVERY_OPTION.worker.serviceAccount.annotations,
  )
  const accounts = ['ingest', 'worker', 'board'].map((app) => specOf(app).serviceAccountName)
  expect(accounts).toEqual(['default', 'sluice-worker', 'reader'])
  expect(ofKind('ServiceAccount', standard)).toEqual([])
})

test('commands may call ingest, and what has effects the ports that the values open', () => {
  const policy = (app: string) => named('NetworkPolicy', `sluice-${app}`).spec
  const [, smoke] = podsOf(standard).find(([name]) => name.endsWith('-smoke')) ?? []
  const callers = policy('ingest').ingress.flatMap(({ from }: Manifest) =>
    from.flatMap((one: Manifest) => (one.podSelector ? [one.podSelector.matchLabels] : [])),
  )
  expect(callers).toHaveLength(1)
  expect(smoke.metadata.labels).toMatchObject(callers[0])
  expect(smoke.metadata.labels).toMatchObject(policy('cli').podSelector.matchLabels)
  for (const app of ['worker', 'board', 'cli']) {
    const ports = policy(app).egress.flatMap((rule: Manifest) => rule.ports.map(({ port }: Manifest) => port))
    expect([app, ports.includes(9000)]).toEqual([app, true])
  }
  expect(policy('ingest').egress).toBeUndefined()
})

test('helm test sends events through the ingest of the release', () => {
  const { metadata, spec } = named('Pod', 'other-smoke', renderChart({}, 'other'))
  expect(metadata.annotations['helm.sh/hook']).toBe('test')
  const [program, file, ...words] = spec.containers[0].command
  expect([program, file]).toEqual(['node', 'apps/cli/dist/main.js'])
  expect(words).toEqual(['smoke', '--to', 'http://other-ingest:3000'])
  expect(faultsOfSluice(words)).toEqual([])
})

test('the Prometheus Operator gets the jobs and alerts of this repository, and Grafana its dashboard', () => {
  for (const [app, port] of Object.entries({ ingest: 'ops', worker: 'http' })) {
    const { metadata, spec } = named('ServiceMonitor', `sluice-${app}`)
    expect(metadata.labels['release']).toBe('prometheus')
    const service = named('Service', `sluice-${app}`)
    expect(service.metadata.labels).toMatchObject(spec.selector.matchLabels)
    expect(service.metadata.labels[spec.jobLabel]).toBe(app)
    expect(spec.endpoints).toEqual([{ port, path: '/metrics', interval: '15s' }])
    expect(service.spec.ports.map(({ name }: Manifest) => name)).toContain(port)
  }
  const alerts = textOf('docker/prometheus/alerts.yml').replaceAll('{{ $externalLabels.board }}', EVERY_OPTION.boardUrl)
  expect(named('PrometheusRule', 'sluice').spec).toEqual(parse(alerts))
  expect(JSON.stringify(named('PrometheusRule', 'sluice'))).toContain('https://board.example.com/events')
  const { metadata, data } = named('ConfigMap', 'sluice-dashboards')
  expect(metadata.labels.grafana_dashboard).toBe('1')
  expect(data['sluice.json']).toBe(textOf('docker/grafana/dashboards/sluice.json'))
  for (const name of ['alerts.yml', 'sluice.json']) {
    expect(lstatSync(join(CHART, 'files', name)).isSymbolicLink()).toBe(true)
  }
  const kinds = standard.map(({ kind }) => kind)
  for (const kind of ['ServiceMonitor', 'PrometheusRule', 'ConfigMap']) expect(kinds).not.toContain(kind)
})

test('scales ingest by its processor time, when asked to', () => {
  const { scaleTargetRef, minReplicas, maxReplicas } = named('HorizontalPodAutoscaler', 'sluice-ingest').spec
  expect([scaleTargetRef.name, minReplicas, maxReplicas]).toEqual(['sluice-ingest', 2, 6])
  expect(named('Deployment', 'sluice-ingest').spec.replicas).toBeUndefined()
  expect(named('Deployment', 'sluice-ingest', standard).spec.replicas).toBe(2)
})

test('says after an install what is still missing', () => {
  expect(renderNotes()).toContain('set worker.settings.ASSET_STORE to a bucket')
  expect(renderNotes()).toContain('ingest.settings.TRUST_PROXY')
  const complete = renderNotes({ ...EVERY_OPTION, worker: { settings: { ASSET_STORE: 's3://files' } } })
  expect(complete).not.toMatch(/ASSET_STORE|TRUST_PROXY|alerts/)
})
