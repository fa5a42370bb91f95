import pg from 'pg'
import { type AppName, type AppOptions, startApp, type TestApp } from './start-app.ts'
import { withFolder } from './with-folder.ts'
import { type OwnPostgres, withOwnPostgres } from './with-own-postgres.ts'
import { type TestPostgres, withPostgres } from './with-postgres.ts'
import { type TestRedis, withRedis } from './with-redis.ts'
import { type TestRedisCluster, withRedisCluster } from './with-redis-cluster.ts'

/** The signing secrets of the stack. */
export const SECRETS = {
  stripe: 'whsec_dGhlIHN0YWNrJ3Mgb3duIHNlY3JldCBmb3Igc3RyaXBl',
  replicate: 'whsec_dGhlIHN0YWNrJ3Mgb3duIHNlY3JldCByZXBsaWNhdGU=',
} as const

export interface StackOptions {
  /** Processes of each app. Default: one ingest, one worker, no board. */
  ingests?: number
  workers?: number
  boards?: number
  /** For all apps; overrides the values of the stack. */
  env?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  /** Parsed if it is JSON, else the text. */
  body: unknown
}

export interface Stack<P extends TestPostgres = TestPostgres, R extends { url: string } = TestRedis> {
  ingests: TestApp[]
  workers: TestApp[]
  boards: TestApp[]
  postgres: P
  redis: R
  /** The working directory of the apps: e-mail and assets are written below it. */
  directory: string
  /** The environment of the apps. */
  env: Record<string, string>
  /** Posts to the first ingest. */
  post(path: string, body: string | Buffer, headers?: Record<string, string>): Promise<Answer>
  /** Queries the database as its owner. */
  query<T = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<T[]>
  /** Starts one more app, e.g. to replace a killed one. */
  start(name: AppName, options?: Partial<AppOptions>): Promise<TestApp>
}

/**
 * All of Sluice as real processes on stores for one test, each with the rights of its own database role and user of
 * Redis. Everything is stopped afterwards, also when `use` fails.
 */
export const withStack = <T>(options: StackOptions, use: (stack: Stack) => Promise<T>): Promise<T> =>
  withPostgres((postgres) => withRedis((redis) => withApps({ postgres, redis }, options, use)))

/** The same with a Postgres that can be stopped; with `durable`, commits survive its crash. */
export const withFragileStack = <T>(
  { durable = false, ...options }: StackOptions & { durable?: boolean },
  use: (stack: Stack<OwnPostgres>) => Promise<T>,
): Promise<T> =>
  withOwnPostgres((postgres) => withRedis((redis) => withApps({ postgres, redis }, options, use)), durable)

/** The same on a Redis Cluster. */
export const withClusterStack = <T>(
  options: StackOptions,
  use: (stack: Stack<TestPostgres, TestRedisCluster>) => Promise<T>,
): Promise<T> => withPostgres((postgres) => withRedisCluster((redis) => withApps({ postgres, redis }, options, use)))

/** The same on these stores. */
export function withApps<P extends TestPostgres, R extends { url: string; urlOf?: TestRedis['urlOf'] }, T>(
  { postgres, redis }: { postgres: P; redis: R },
  options: StackOptions,
  use: (stack: Stack<P, R>) => Promise<T>,
) {
  return withFolder(async (directory) => {
    const env = environmentOf(postgres, redis, options)
    const apps: TestApp[] = []
    const pool = new pg.Pool({ connectionString: postgres.url, max: 4 })
    // An idle connection breaks when the test stops Postgres.
    pool.on('error', () => {})
    const start: Stack<P, R>['start'] = async (name, more = {}) => {
      const own = env['REDIS_URL'] === redis.url && redis.urlOf && { REDIS_URL: redis.urlOf(`sluice_${name}`) }
      const app = await startApp(name, { cwd: directory, ...more, env: { ...env, ...own, ...more.env } })
      apps.push(app)
      return app
    }
    const startAll = (name: AppName, count: number) => Promise.all(Array.from({ length: count }, () => start(name)))
    try {
      const [ingests, workers, boards] = await allOrFirstError([
        startAll('ingest', options.ingests ?? 1),
        startAll('worker', options.workers ?? 1),
        startAll('board', options.boards ?? 0),
      ])
      return await use({
        ingests,
        workers,
        boards,
        postgres,
        redis,
        directory,
        env,
        post: (path, body, headers) => post(`${ingests[0]?.url}${path}`, body, headers),
        query: async (sql, parameters) => (await pool.query(sql, parameters)).rows,
        start,
      })
    } finally {
      await Promise.all(apps.map((app) => app.kill()))
      await pool.end()
    }
  })
}

/** Waits for all even when one fails: a process that is still starting must be known before it can be stopped. */
async function allOrFirstError<T extends readonly unknown[]>(started: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(started)
  return (await Promise.all(started)) as unknown as T
}

const environmentOf = (
  postgres: TestPostgres,
  redis: { url: string },
  { env }: StackOptions,
): Record<string, string> => ({
  NODE_ENV: 'test',
  DATABASE_URL: postgres.url,
  INGEST_DATABASE_URL: postgres.roleUrl('sluice_ingest'),
  WORKER_DATABASE_URL: postgres.roleUrl('sluice_worker'),
  BOARD_DATABASE_URL: postgres.roleUrl('sluice_board'),
  REDIS_URL: redis.url,
  STRIPE_WEBHOOK_SECRET: SECRETS.stripe,
  REPLICATE_WEBHOOK_SECRET: SECRETS.replicate,
  EMAIL_MAX_AGE_HOURS: '1000000', // the simulator's events happened long ago
  ASSET_HOSTS: 'none.invalid', // no test of ours goes to somebody else's host
  BOARD_USER: 'admin',
  BOARD_PASSWORD: 'a password of the tests',
  ...env,
})

async function post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const content = typeof body === 'string' ? body : new Uint8Array(body)
  const response = await fetch(url, {
    method: 'POST',
    body: content,
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(20_000),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
