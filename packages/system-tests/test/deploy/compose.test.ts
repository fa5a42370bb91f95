import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { freePort, REDIS_SETTINGS, redisUsers } from '@sluice/dev-services'
import { eventually, REPOSITORY, withFolder } from '@sluice/testing'
import { Redis } from 'ioredis'
import { lastStep, readDockerfile } from '../support/deploy/dockerfile.ts'
import { DOCKER, textOf, yamlOf } from '../support/deploy/files.ts'

const compose = yamlOf('docker/compose.yml')
const services: Record<string, Service> = compose.services
const stages = readDockerfile(join(DOCKER, 'Dockerfile'))
const OURS = ['migrate', 'ingest', 'worker', 'board', 'cli']

interface Service {
  image: string
  build?: { context: string; dockerfile: string; target: string }
  command?: string[]
  environment?: Record<string, string>
  env_file?: (string | { path: string })[]
  ports?: string[]
  volumes?: string[]
  networks: string[]
  depends_on?: string[] | Record<string, unknown>
  healthcheck?: object
  restart: string
  stop_grace_period: string
  init: boolean
  read_only: boolean
  cap_drop: string[]
  deploy: { replicas?: number | string; resources: { limits: Record<string, string> } }
}

test('pins the versions of the repository', () => {
  const { packageManager, engines } = JSON.parse(textOf('package.json'))
  const dockerfile = textOf('docker/Dockerfile')
  expect(dockerfile).toContain(`npm install --global ${packageManager}\n`)
  const [, node = ''] = /^ARG NODE_VERSION=(\d+)$/m.exec(dockerfile) ?? []
  expect(Number(node)).toBeGreaterThanOrEqual(Number.parseInt(engines.node.replace('>=', ''), 10))
  expect(compose['x-build'].args.NODE_VERSION).toBe(`\${NODE_VERSION:-${node}}`)
})

test('runs the Redis that the tests run: the same settings, and the same rights for each process', () => {
  const words = (serviceOf('redis').command?.slice(1) ?? []).map(withDefaults)
  const options = words.flatMap((word, index) => (word.startsWith('--') ? [index] : []))
  const given = options.map((start, index) => words.slice(start, options[index + 1]))
  const settings = Object.fromEntries(
    given.filter(([name]) => name !== '--user').map(([name, value]) => [name?.slice(2), value]),
  )
  expect(settings).toMatchObject(REDIS_SETTINGS)
  const users = given.filter(([name]) => name === '--user')
  expect(Object.fromEntries(users.map(([, user, , , ...rules]) => [user, rules]))).toEqual(redisUsers('sluice'))
  const passwords = users.map(([, , on, password]) => [on, password])
  expect(passwords).toEqual(
    ['INGEST', 'WORKER', 'BOARD'].map((name) => ['on', `>\${REDIS_${name}_PASSWORD:?run docker/make-env.sh}`]),
  )
})

test('builds targets that the Dockerfile has, with the commands and ports of the apps', () => {
  for (const name of OURS) {
    const { build, read_only, cap_drop, init, ports = [] } = serviceOf(name)
    if (!build) throw new Error(`${name} is not built`)
    expect([name, read_only, cap_drop, init]).toEqual([name, true, ['ALL'], true])
    expect(existsSync(join(DOCKER, build.context, build.dockerfile))).toBe(true)
    expect(stages.map((stage) => stage.name)).toContain(build.target)
    expect([name, lastStep(stages, build.target, 'USER')]).toEqual([name, '1000:1000'])
    const exposed = lastStep(stages, build.target, 'EXPOSE')
    const open = [exposed, serviceOf(name).environment?.['INGEST_OPS_PORT']]
    const mayPublish = open.map((port) => `127.0.0.1:${port}:${port}`)
    for (const published of ports) expect(mayPublish).toContain(published)
    if (!exposed) continue
    expect(serviceOf(name).environment?.[`${name.toUpperCase()}_PORT`]).toBe(exposed)
    expect(textOf('packages/runtime/README.md')).toMatch(
      new RegExp(`\`${name.toUpperCase()}_PORT\` +\\| \`${exposed}\``),
    )
    expect(lastStep(stages, build.target, 'CMD')).toContain(`apps/${name}/dist/main.js`)
    expect(existsSync(join(REPOSITORY, 'apps', name, 'src/main.ts'))).toBe(true)
    expect(lastStep(stages, build.target, 'HEALTHCHECK')).toContain(`${name.toUpperCase()}_PORT", "${exposed}"`)
  }
})

test('sets only variables that the README explains, and the database role of each process', () => {
  const known = [...textOf('packages/runtime/README.md').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name)
  for (const name of OURS) {
    const environment = serviceOf(name).environment ?? {}
    expect([name, Object.keys(environment).filter((variable) => !known.includes(variable))]).toEqual([name, []])
  }
  for (const name of ['ingest', 'worker', 'board']) {
    const code = sourcesBelow('packages/providers/src') + sourcesBelow(`apps/${name}/src`)
    const unread = Object.keys(serviceOf(name).environment ?? {}).filter((variable) => !code.includes(variable))
    expect([name, unread]).toEqual([name, []])
    const { [`${name.toUpperCase()}_DATABASE_URL`]: url, ...rest } = serviceOf(name).environment ?? {}
    expect(url).toMatch(`postgres://sluice_${name}:\${${name.toUpperCase()}_DATABASE_PASSWORD:?`)
    expect(Object.keys(rest).filter((variable) => variable.endsWith('DATABASE_URL'))).toEqual([])
  }
  expect(serviceOf('migrate').command).toEqual(['migrate', '--role-passwords'])
})

/** The variables that an app receives: those of compose.yml, and those that it may take from docker/.env. */
const received = (name: string): string[] => {
  const files = (serviceOf(name).env_file ?? []).filter((file) => typeof file === 'string')
  const listed = files.flatMap((file) => [...textOf(join('docker', file)).matchAll(/^([A-Z]\w+)/gm)])
  return [...listed.map(([, variable = '']) => variable), ...Object.keys(serviceOf(name).environment ?? {})]
}

/** Variables that the board reads for its view Send: outside production alone. */
const OF_SEND = ['HOST_DATABASE_URL', 'INGEST_URL', 'REPLICATE_WEBHOOK_SECRET', 'STRIPE_WEBHOOK_SECRET']

test('passes every documented variable to the apps that read it, and no secret to another one', () => {
  const rows = textOf('packages/runtime/README.md').matchAll(/^\| `(\w+)` .*\| ([a-z, ]+?) +\|$/gm)
  const documented = [...rows].map(([, variable = '', apps = '']) => ({ variable, apps: apps.split(', ') }))
  expect(documented.length).toBeGreaterThan(60)
  for (const app of ['ingest', 'worker', 'board']) {
    const own = `${app.toUpperCase()}_DATABASE_URL`
    const read = documented.filter(({ apps }) => apps.includes(app)).map(({ variable }) => variable)
    const left = app === 'board' ? ['DATABASE_URL', ...OF_SEND] : ['DATABASE_URL']
    expect([app, read.filter((one) => !received(app).includes(one)).sort()]).toEqual([app, left.sort()])
    const others = received(app).filter((one) => one !== own && !read.includes(one) && !/^(OTEL|AWS)_/.test(one))
    expect([app, others]).toEqual([app, []])
  }
  const cli = documented.filter(({ apps }) => apps.includes('cli') && !apps.includes('ingest'))
  const given = [...received('cli'), 'INGEST_PORT', 'INGEST_OPS_PORT', 'WORKER_PORT', 'BOARD_PORT']
  expect(cli.filter(({ variable }) => !given.includes(variable))).toEqual([])
  for (const name of OURS) {
    const last = serviceOf(name).env_file?.at(-1)
    expect([name, last]).toEqual([name, { path: 'settings.env', required: false }])
  }
})

test('every port of ingest is published by a proxy, which spreads requests over two of them', () => {
  expect(serviceOf('ingest').deploy.replicas).toBe(2)
  expect(serviceOf('ingest').ports).toBeUndefined()
  const { ports, build, read_only, cap_drop } = serviceOf('proxy')
  const { INGEST_PORT, INGEST_OPS_PORT } = serviceOf('ingest').environment ?? {}
  expect(ports).toEqual([INGEST_PORT, INGEST_OPS_PORT].map((port) => `127.0.0.1:${port}:${port}`))
  expect([read_only, cap_drop, lastStep(stages, build?.target ?? '', 'USER')]).toEqual([true, ['ALL'], '1000:1000'])
  const config = textOf('docker/proxy/haproxy.cfg')
  for (const port of [INGEST_PORT, INGEST_OPS_PORT]) {
    expect(config).toContain(`bind :${port}\n`)
    expect(config).toMatch(new RegExp(`server-template \\w+ \\d+ ingest:${port}\n`))
  }
  expect(lastStep(stages, 'proxy', 'HEALTHCHECK')).toContain(/bind :(\d+)\n {4}monitor-uri \/healthz/.exec(config)?.[1])
  expect(textOf('docker/deploy.sh')).toContain('INGESTS=2\n')
})

test('an app cannot replace its files, and the stores have no more rights than their images need', () => {
  const steps = stages.find(({ name }) => name === 'runtime')?.steps.map(({ instruction }) => instruction) ?? []
  expect(steps.indexOf('WORKDIR')).toBeLessThan(steps.indexOf('USER'))
  for (const name of ['postgres', 'redis']) {
    expect(serviceOf(name)).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
  }
})

test('has limits, health and a place on a network for everything that runs on', () => {
  for (const [name, service] of Object.entries(services)) {
    expect([name, Object.keys(service.deploy.resources.limits)]).toEqual([name, ['cpus', 'memory', 'pids']])
    for (const network of service.networks) expect(Object.keys(compose.networks)).toContain(network)
    for (const other of namesOf(service.depends_on)) expect(Object.keys(services)).toContain(other)
    const stage = service.build?.target
    const isChecked = Boolean(service.healthcheck ?? (stage && lastStep(stages, stage, 'HEALTHCHECK')))
    expect([name, isChecked]).toEqual([name, service.restart !== 'no'])
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':')
      expect([source, source.startsWith('.') ? existsSync(join(DOCKER, source)) : source in compose.volumes]).toEqual([
        source,
        true,
      ])
    }
  }
})

test('leaves the worker free to be scaled, and more time to stop than it takes', () => {
  for (const key of ['container_name', 'ports', 'hostname']) expect(serviceOf('worker')).not.toHaveProperty(key)
  expect(serviceOf('worker').deploy.replicas).toMatch(/^\$\{WORKERS:-1\}$/)
  for (const name of ['ingest', 'worker', 'board']) {
    const grace = Number.parseInt(String(serviceOf(name).stop_grace_period), 10) * 1000
    expect(grace).toBeGreaterThan(Number(serviceOf(name).environment?.['SHUTDOWN_TIMEOUT_MS']))
  }
})

test('makes a file with every secret that compose asks for, closed to others, and keeps it', () =>
  withFolder(async (folder) => {
    copyFileSync(join(DOCKER, 'make-env.sh'), join(folder, 'make-env.sh'))
    expect(makeEnv(folder)).toBe(0)
    const made = readFileSync(join(folder, '.env'), 'utf8')
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600)
    expect(makeEnv(folder)).toBe(0)
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe(made)

    const values = Object.fromEntries([...made.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]))
    const asked = [...textOf('docker/compose.yml').matchAll(/\$\{([A-Z_]+)(:.)/g)]
    const known = [...asked.map(([, name]) => name), ...['ingest', 'worker', 'board'].flatMap(received)]
    for (const [, name = '', rule] of asked) {
      if (rule === ':?') expect([name, values[name]]).toEqual([name, expect.stringMatching(/^[0-9a-f]{48}$/)])
    }
    expect(Object.keys(values).filter((name) => !known.includes(name))).toEqual([])
  }))

test('its Redis keeps every write, evicts nothing and asks for a password', () =>
  withFolder(async (folder) => {
    const [program, ...words] = serviceOf('redis').command ?? []
    const port = await freePort()
    const password = 'of-the-tests'
    const args = words.map((word) => withDefaults(word).replace(/\$\{.*\}/, password))
    const own = ['--port', `${port}`, '--dir', folder, '--bind', '127.0.0.1']
    const redis = spawn(program ?? '', [...args, ...own], { stdio: 'ignore' })
    const ended = once(redis, 'close')
    const client = new Redis({ port, password, lazyConnect: true, retryStrategy: () => 100 })
    client.on('error', () => {})
    try {
      await eventually(() => client.ping(), 20_000)
      const setting = async (name: string) => ((await client.config('GET', name)) as string[])[1]
      expect(await setting('appendonly')).toBe('yes')
      expect(await setting('appendfsync')).toBe('always')
      expect(await setting('maxmemory-policy')).toBe('noeviction')
      expect(Number(await setting('auto-aof-rewrite-min-size'))).toBe(256 * 1024 * 1024)
      expect(Number(await setting('maxmemory'))).toBe(512 * 1024 * 1024)
    } finally {
      client.disconnect()
      redis.kill()
      await ended
    }
  }))

/** As compose reads them when nothing is set: `${NAME:-default}`. */
const withDefaults = (word: string): string => word.replace(/\$\{\w+:-([^}]*)\}/g, '$1')

const sourcesBelow = (folder: string): string =>
  readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => textOf(join(folder, path)))
    .join('\n')

const namesOf = (dependsOn: Service['depends_on'] = []): string[] =>
  Array.isArray(dependsOn) ? dependsOn : Object.keys(dependsOn)

function serviceOf(name: string): Service {
  const service = services[name]
  if (!service) throw new Error(`there is no service ${name}`)
  return service
}

const makeEnv = (folder: string) => spawnSync('sh', [join(folder, 'make-env.sh')]).status
