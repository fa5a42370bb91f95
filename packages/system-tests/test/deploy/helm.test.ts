import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { lastStep, readDockerfile } from '../support/deploy/dockerfile.ts'
import { DOCKER, textOf, yamlOf } from '../support/deploy/files.ts'
import { type Manifest, render, renderChart } from '../support/deploy/helm.ts'
import { strangersIn } from '../support/deploy/known-metrics.ts'

const stages = readDockerfile(join(DOCKER, 'Dockerfile'))
const { services } = yamlOf('docker/compose.yml')
const everything = renderChart({
  cli: { enabled: true },
  autoscaling: { enabled: true },
  worker: { settings: { LIVEMODE: 'true' } },
})
const pods: [string, Manifest][] = everything
  .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
  .map(({ metadata, spec }) => [metadata.name.replace('sluice-', ''), spec.template])
const ofKind = (wanted: string, manifests = everything) => manifests.filter(({ kind }) => kind === wanted)
const named = (kind: string, name: string, manifests = everything) =>
  ofKind(kind, manifests).find(({ metadata }) => metadata.name === name)

test('has a deployment for each app and a migration before them', () => {
  expect(pods.map(([name]) => name).sort()).toEqual(['board', 'cli', 'ingest', 'migrate', 'worker'])
  expect(named('Job', 'sluice-migrate').metadata.annotations['helm.sh/hook']).toBe('pre-install,pre-upgrade')
  expect(named('Deployment', 'sluice-cli', renderChart())).toBeUndefined()
  expect(JSON.stringify(everything)).not.toContain('.Values')
})

test('runs what the images have, on the ports that the apps listen on', () => {
  for (const [name, { spec }] of pods) {
    const [container] = spec.containers
    const target = name === 'migrate' ? 'cli' : name
    expect(container.image).toBe(`localhost/sluice-${target}:0.1.0`)
    const started = lastStep(stages, target, target === 'cli' ? 'ENTRYPOINT' : 'CMD')
    if (name === 'migrate')
      expect(container.command).toEqual([...JSON.parse(started ?? ''), 'migrate', '--role-passwords'])
    if (name === 'migrate' || name === 'cli') continue
    expect(container.command).toEqual(JSON.parse(started ?? ''))
    const port = Number(lastStep(stages, target, 'EXPOSE'))
    const opsPort = variableOf(container, 'INGEST_OPS_PORT')
    const ops = opsPort ? [{ name: 'ops', containerPort: Number(opsPort) }] : []
    expect(container.ports).toEqual([{ name: 'http', containerPort: port }, ...ops])
    expect(variableOf(container, `${name.toUpperCase()}_PORT`)).toBe(String(port))
    const metrics = ops.map(({ containerPort }) => ({ name: 'ops', port: containerPort, targetPort: 'ops' }))
    const served = [{ name: 'http', port, targetPort: 'http' }, ...metrics]
    expect(named('Service', `sluice-${name}`).spec.ports).toEqual(served)
    for (const [probe, path] of Object.entries({ startup: '/healthz', liveness: '/healthz', readiness: '/readyz' })) {
      expect(container[`${probe}Probe`].httpGet).toEqual({ path, port: opsPort ? 'ops' : 'http' })
      expect(textOf('packages/runtime/src/ops-router.ts')).toContain(`'${path}'`)
    }
  }
})

test('gives each pod only the variables that its app reads, all of them in the README', () => {
  const known = [...textOf('packages/runtime/README.md').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(
    ([, variable]) => variable,
  )
  for (const [name, { spec }] of pods) {
    const variables: string[] = spec.containers[0].env.map((variable: { name: string }) => variable.name)
    expect([name, variables.filter((variable) => !known.includes(variable))]).toEqual([name, []])
    const urls = variables.filter((variable) => variable.endsWith('DATABASE_URL'))
    const isOwner = name === 'migrate' || name === 'cli'
    const inCompose = Object.keys(services[name].environment).filter((variable) => variable.endsWith('DATABASE_URL'))
    expect([name, urls.sort()]).toEqual([name, inCompose.sort()])
    expect([name, urls.includes('DATABASE_URL')]).toEqual([name, isOwner])
  }
  const keys = pods.flatMap(([, { spec }]) =>
    spec.containers[0].env.map((one: Manifest) => one.valueFrom?.secretKeyRef?.key),
  )
  for (const key of keys.filter(Boolean)) expect(textOf('docker/README.md')).toContain(`\`${key}\``)
  const worker = pods.find(([name]) => name === 'worker')?.[1].spec.containers[0]
  expect(variableOf(worker, 'LIVEMODE')).toBe('true')
})

test('lets no container be root, write to its image, or speak to the cluster', () => {
  for (const [name, { spec }] of pods) {
    const { securityContext, resources, volumeMounts } = spec.containers[0]
    expect([name, securityContext]).toEqual([
      name,
      { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    ])
    const { runAsUser, runAsGroup, runAsNonRoot, seccompProfile } = spec.securityContext
    expect(runAsNonRoot).toBe(true)
    expect(`${runAsUser}:${runAsGroup}`).toBe(lastStep(stages, name === 'migrate' ? 'cli' : name, 'USER'))
    expect(seccompProfile).toEqual({ type: 'RuntimeDefault' })
    expect(spec.automountServiceAccountToken).toBe(false)
    expect(resources.limits.memory).toBeDefined()
    const volumes = spec.volumes.map((volume: { name: string }) => volume.name)
    expect(volumeMounts.map((mount: { name: string }) => mount.name)).toEqual(volumes)
  }
})

test('gives processes more time to stop than they take, and takes one pod at a time', () => {
  const values = yamlOf('docker/helm/sluice/values.yaml')
  expect(values.gracePeriodSeconds * 1000).toBeGreaterThan(values.shutdownTimeoutMs + 5_000)
  for (const [, { spec }] of pods) expect(spec.terminationGracePeriodSeconds).toBe(values.gracePeriodSeconds)
  for (const name of ['sluice-ingest', 'sluice-worker']) {
    const budget = named('PodDisruptionBudget', name).spec
    expect(budget.maxUnavailable).toBe(1)
    expect(named('Deployment', name).spec.template.metadata.labels).toMatchObject(budget.selector.matchLabels)
  }
})

test('lets only those in and out whom a policy names', () => {
  const policies = ofKind('NetworkPolicy')
  for (const [name, { metadata }] of pods) {
    const own = policies.filter(({ spec }) => matches(spec.podSelector.matchLabels, metadata.labels))
    expect([name, own.flatMap(({ spec }) => spec.policyTypes)]).toEqual([
      name,
      expect.arrayContaining(['Ingress', 'Egress']),
    ])
    const open = own
      .flatMap(({ spec }) => spec.ingress ?? [])
      .flatMap(({ ports }) => ports.map((one: Manifest) => one.port))
    const port = Number(lastStep(stages, name, 'EXPOSE') ?? 0)
    const app = pods.find(([pod]) => pod === name)?.[1].spec.containers[0]
    const opsPort = Number(app && variableOf(app, 'INGEST_OPS_PORT')) || 0
    expect([name, [...new Set(open)]]).toEqual([name, [port, opsPort].filter((one) => one !== 0)])
  }
  expect(ofKind('NetworkPolicy', renderChart({ networkPolicy: { enabled: false } }))).toEqual([])
})

test('sends traces where the values name a receiver', () => {
  const endpoint = 'http://collector.monitoring:4318'
  const traced = renderChart({ tracing: { endpoint } })
  for (const manifests of [undefined, traced]) {
    const told = ofKind('Deployment', manifests)
      .map(({ metadata, spec }) => [metadata.name, spec.template.spec.containers[0]])
      .filter(([, container]) => variableOf(container, 'OTEL_EXPORTER_OTLP_ENDPOINT') === endpoint)
    expect(told.map(([name]) => name)).toEqual(manifests ? ['sluice-ingest', 'sluice-worker'] : [])
    const open = ofKind('NetworkPolicy', manifests).flatMap(({ spec }) => spec.egress ?? [])
    expect(open.some(({ ports }) => ports.some((one: Manifest) => one.port === 4318))).toBe(manifests !== undefined)
  }
})

test('scales workers by what they tell, when asked to', async () => {
  const [scaled] = ofKind('ScaledObject')
  expect(scaled.spec.scaleTargetRef.name).toBe('sluice-worker')
  expect(scaled.spec.minReplicaCount).toBeGreaterThan(0)
  for (const { metadata } of scaled.spec.triggers) expect(await strangersIn(metadata.query)).toEqual([])
  const queries: string[] = scaled.spec.triggers.map(({ metadata }: Manifest) => metadata.query)
  for (const metric of ['webhook_queue_oldest_age_seconds', 'webhook_queue_jobs']) {
    expect(queries.some((query) => query.includes(metric))).toBe(true)
  }
  expect(named('Deployment', 'sluice-worker').spec.replicas).toBeUndefined()
  const standard = renderChart()
  expect(ofKind('ScaledObject', standard)).toEqual([])
  expect(named('Deployment', 'sluice-worker', standard).spec.replicas).toBe(2)
})

test('keeps to the part of the template language that is checked here', () => {
  expect(() => render('{{ lookup "v1" }}')).toThrow('without: lookup')
  expect(() => render('{{ template "sluice.name" . }}')).toThrow('without: template')
})

const variableOf = (container: Manifest, name: string): string =>
  container.env.find((variable: { name: string }) => variable.name === name)?.value

const matches = (selector: Record<string, string>, labels: Record<string, string>): boolean =>
  Object.entries(selector).every(([name, value]) => labels[name] === value)
