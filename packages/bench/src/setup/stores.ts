import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '@sluice/database/migrate'
import { type LocalPostgres, startPostgres, startRedis } from '@sluice/dev-services'
import { asRole, eventually, REPOSITORY } from '@sluice/testing'
import { Redis } from 'ioredis'
import pg from 'pg'
import { pin, treeOf } from './cores.ts'

/** The stores that all peers share, with connections of the harness. */
export interface Stores {
  /** Temporary folder on the disk of the checkout. */
  folder: string
  pool: pg.Pool
  redis: Redis
  redisUrl: string
  /** URL of Postgres' superuser. */
  url: string
  ingestUrl: string
  workerUrl: string
  boardUrl: string
  /** Settings read from the stores. */
  settings: Record<string, string>
  /** Empties both stores and waits until they have written everything. */
  empty(): Promise<void>
  /** Empties Redis alone. */
  emptyRedis(): Promise<void>
  /** Process ids of each store. */
  pids(): { postgres: number[]; redis: number[] }
  /** Pins both stores to these cores. */
  moveTo(cores: string | undefined): void
}

/** Starts durable stores: what they acknowledge is on disk. */
export async function withStores<T>(use: (stores: Stores) => Promise<T>): Promise<T> {
  const folder = join(REPOSITORY, '.sluice', `bench-${process.pid}`)
  await mkdir(folder, { recursive: true })
  const ends: Array<() => Promise<unknown>> = [() => rm(folder, { recursive: true, force: true, maxRetries: 3 })]
  try {
    const postgres = await startTimedPostgres(join(folder, 'postgres'))
    ends.unshift(() => rm(postgres.directory, { recursive: true, force: true, maxRetries: 3 }))
    ends.unshift(() => postgres.stop())
    const kept = await startRedis({ directory: join(folder, 'redis') })
    if (!kept) throw new Error('There is no redis-server on PATH.')
    ends.unshift(() => kept.crash())
    const pool = new pg.Pool({ connectionString: postgres.url, max: 4 })
    pool.on('error', () => {})
    ends.unshift(() => pool.end())
    const redis = new Redis(kept.url)
    redis.on('error', () => {})
    ends.unshift(async () => redis.disconnect())
    const pids = () => ({ postgres: treeOf(postgres.pid), redis: treeOf(kept.pid) })
    return await use({
      folder,
      pool,
      redis,
      redisUrl: kept.url,
      url: postgres.url,
      ingestUrl: asRole(postgres.url, 'sluice_ingest'),
      workerUrl: asRole(postgres.url, 'sluice_worker'),
      boardUrl: asRole(postgres.url, 'sluice_board'),
      settings: { ...(await postgresSettings(pool)), ...(await redisSettings(redis)) },
      empty: () => empty(pool, redis),
      emptyRedis: () => emptyRedis(redis),
      pids,
      moveTo: (cores) => {
        pin(Object.values(pids()).flat(), cores)
      },
    })
  } finally {
    for (const end of ends) await end()
  }
}

/** Turns on commit timestamps, which no column can hold, and adds the role that migrations of stripe-sync-engine name. */
async function startTimedPostgres(directory: string): Promise<LocalPostgres> {
  const first = await startPostgres({ directory })
  const client = new pg.Client({ connectionString: first.url })
  await client.connect()
  await client.query('ALTER SYSTEM SET track_commit_timestamp = on')
  await client.query('CREATE ROLE postgres').finally(() => client.end())
  await first.stop()
  const postgres = await startPostgres({ directory })
  await migrate(postgres.url)
  return postgres
}

const POSTGRES_SETTINGS = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers']
const REDIS_SETTINGS = ['appendonly', 'appendfsync', 'maxmemory-policy']

async function postgresSettings(pool: pg.Pool): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ name: string; value: string }>(
    'SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name',
    [POSTGRES_SETTINGS],
  )
  return Object.fromEntries(rows.map(({ name, value }) => [`postgres ${name}`, value]))
}

async function redisSettings(redis: Redis): Promise<Record<string, string>> {
  const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown'
  const entries = await Promise.all(
    REDIS_SETTINGS.map(async (name) => {
      const [, value] = (await redis.call('CONFIG', 'GET', name)) as [string, string]
      return [`redis ${name}`, value] as const
    }),
  )
  return { 'redis version': version, ...Object.fromEntries(entries) }
}

/** Also completes Postgres' checkpoint, so that no measurement contains it. */
async function empty(pool: pg.Pool, redis: Redis): Promise<void> {
  const { rows } = await pool.query<{ tables: string }>(
    `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS tables FROM pg_tables
      WHERE schemaname IN (current_schema(), 'stripe') AND tablename NOT IN ('_prisma_migrations', 'migrations')`,
  )
  await pool.query(`TRUNCATE ${rows[0]?.tables} RESTART IDENTITY`)
  await emptyRedis(redis)
  await pool.query('CHECKPOINT')
}

/** Also completes the rewrite of its log. */
async function emptyRedis(redis: Redis): Promise<void> {
  await redis.flushall()
  await eventually(() => redis.bgrewriteaof(), 60_000) // a rewrite may be running already
  await eventually(async () => {
    if (!/aof_rewrite_in_progress:0/.test(await redis.info('persistence')))
      throw new Error('Redis still rewrites its log')
  }, 60_000)
}

/** The single number that a query returns. */
export async function numberOf({ pool }: Stores, sql: string, parameters: unknown[] = []): Promise<number> {
  const { rows } = await pool.query<Record<string, string>>(sql, parameters)
  return Number(Object.values(rows[0] ?? {})[0])
}
