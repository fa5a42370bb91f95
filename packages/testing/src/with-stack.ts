import pg from 'pg'
import { type AppName, type AppOptions, startApp, type TestApp } from './start-app.ts'
import { withFolder } from './with-folder.ts'
import { type OwnPostgres, withOwnPostgres } from './with-own-postgres.ts'
import { type TestPostgres, withPostgres } from './with-postgres.ts'
import { type TestRedis, withRedis } from './with-redis.ts'
import { type TestRedisCluster, withRedisCluster } from './with-redis-cluster.ts'

/** What the stack signs and verifies with. */
export const SECRETS = {
  stripe: 'whsec_dGhlIHN0YWNrJ3Mgb3duIHNlY3JldCBmb3Igc3RyaXBl',
  replicate: 'whsec_dGhlIHN0YWNrJ3Mgb3duIHNlY3JldCByZXBsaWNhdGU=',
} as const

export interface StackOptions {
  /** How many of each; one ingest, one worker and no board unless told. */
  ingests?: number
  workers?: number
  boards?: number
  /** For all apps, over what the stack sets itself. */
  env?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  /** Parsed when it is JSON, else the text. */
  body: unknown
}

export interface Stack<P extends TestPostgres = TestPostgres, R extends { url: string } = TestRedis> {
  ingests: TestApp[]
  workers: TestApp[]
  boards: TestApp[]
  postgres: P
  redis: R
  /** Where the apps run: e-mail and assets go below it. */
  directory: string
  /** What the apps are started with. */
  env: Record<string, string>
  /** To the first ingest. */
  post(path: string, body: string | Buffer, headers?: Record<string, string>): Promise<Answer>
  /** Rows of the database, read as its owner. */
  query<T = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<T[]>
  /** One more app, e.g. in place of a killed one. */
  start(name: AppName, options?: Partial<AppOptions>): Promise<TestApp>
}

/** All of Sluice as real processes with stores of its own. Nothing of it is left afterwards, also when `use` fails. */
export const withStack = <T>(options: StackOptions, use: (stack: Stack) => Promise<T>): Promise<T> =>
  withPostgres((postgres) => withRedis((redis) => withApps({ postgres, redis }, options, use)))

/** The same with a Postgres that can be stopped, and keeps what was committed when it crashes if it is `durable`. */
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

function withApps<P extends TestPostgres, R extends { url: string }, T>(
  { postgres, redis }: { postgres: P; redis: R },
  options: StackOptions,
  use: (stack: Stack<P, R>) => Promise<T>,
) {
  return withFolder(async (directory) => {
    const env = environmentOf(postgres, redis, options)
    const apps: TestApp[] = []
    const pool = new pg.Pool({ connectionString: postgres.url, max: 4 })
    // A connection that breaks while nobody uses it, as when the test stops Postgres.
    pool.on('error', () => {})
    const start: Stack<P, R>['start'] = async (name, more = {}) => {
      const app = await startApp(name, { cwd: directory, ...more, env: { ...env, ...more.env } })
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

/** Waits for all, also when one fails: what is still starting must be known before it can be ended. */
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
