import { join } from 'node:path'
import {
  type ChaosProxy,
  entryOf,
  type OwnPostgres,
  REPOSITORY,
  SECRETS,
  type Stack,
  withChaosProxy,
  withFragileStack,
} from '@sluice/testing'
import {
  type TestHost,
  type TestReplicate,
  type TestS3,
  type TestSmtp,
  type TestStripe,
  withHost,
  withReplicate,
  withS3,
  withSmtp,
  withStripe,
} from '@sluice/testing/stand-ins'
import { withPasswords } from '../check/canaries.ts'
import { heapOption } from './memory.ts'
import { type Supervised, supervise } from './supervise.ts'

const HOST_SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgaG9zdCBhcHBsaWNhdGlvbg=='
const INGESTS = 2
const WORKERS = 3
const WORKER = join(REPOSITORY, 'apps/prove/dist/worker.js')

/** A proxy for each kind of app and each store. Apps go through them only in faults of the network. */
export interface StoreLinks {
  ingestRedis: ChaosProxy
  ingestPostgres: ChaosProxy
  workerRedis: ChaosProxy
  workerPostgres: ChaosProxy
}

/** The running system: stores, apps, and a stand-in for every other side. */
export interface ProveStack {
  ingests: Supervised[]
  workers: Supervised[]
  postgres: OwnPostgres
  redis: Stack['redis']
  query: Stack['query']
  links: StoreLinks
  smtp: TestSmtp
  s3: TestS3
  stripe: TestStripe
  replicate: TestReplicate
  /** The host application. It gets messages only in faults that are about it. */
  host: TestHost
  /** Environment of every app, with its secrets. */
  env: Record<string, string>
}

export interface StackOptions {
  env?: Record<string, string>
  usesProxies?: true
  notifiesHost?: true
  /** Called before any app starts. */
  prepare(stack: Pick<Stack<OwnPostgres>, 'postgres' | 'query'>, replicate: TestReplicate): Promise<void>
}

/** Starts stores, stand-ins, two ingests and three workers, each restarted when it ends. Stops all of them afterwards. */
export const withProveStack = <T>(options: StackOptions, use: (stack: ProveStack) => Promise<T>): Promise<T> =>
  withHost((host) => withSides(options, host, use))

const withSides = <T>(options: StackOptions, host: TestHost, use: (stack: ProveStack) => Promise<T>): Promise<T> =>
  withSmtp((smtp) =>
    withS3((s3) =>
      withStripe((stripe) =>
        withReplicate(
          (replicate) =>
            withFragileStack({ ingests: 0, workers: 0, durable: true }, (stack) =>
              withLinks(stack, async (links) => {
                await options.prepare(stack, replicate)
                const { postgres, redis, query } = stack
                const sides = { smtp, s3, stripe, replicate, host }
                const env = environmentOf(stack, sides, options)
                return withApps(stack, env, options.usesProxies ? links : undefined, (apps) =>
                  use({ ...apps, ...sides, env, postgres, redis, query, links }),
                )
              }),
            ),
          { secret: SECRETS.replicate, hourMs: 3_600_000 },
        ),
      ),
    ),
  )

function environmentOf(
  stack: Stack,
  { smtp, s3, stripe, replicate, host }: Pick<ProveStack, 'smtp' | 's3' | 'stripe' | 'replicate' | 'host'>,
  { env, notifiesHost }: StackOptions,
): Record<string, string> {
  const files = replicate.network.connectTo('')
  return withPasswords({
    ...stack.env,
    ...s3.env,
    ...stripe.env,
    ...replicate.env,
    NODE_ENV: 'production',
    SMTP_URL: smtp.url,
    MAIL_FROM: 'Acme <billing@acme.example>',
    PROVE_FILES_AT: `${files.host}:${files.port}`,
    PROVE_FILES_CA: replicate.network.ca,
    ...(notifiesHost && { HOST_WEBHOOK_URL: host.url, HOST_WEBHOOK_SECRET: HOST_SECRET }),
    ...env,
  })
}

function withLinks<T>({ env }: Stack, use: (links: StoreLinks) => Promise<T>): Promise<T> {
  const to = (url = '') => ({ host: new URL(url).hostname, port: Number(new URL(url).port) })
  const redis = to(env['REDIS_URL'])
  const postgres = to(env['DATABASE_URL'])
  return withChaosProxy(redis, (ingestRedis) =>
    withChaosProxy(postgres, (ingestPostgres) =>
      withChaosProxy(redis, (workerRedis) =>
        withChaosProxy(postgres, (workerPostgres) => use({ ingestRedis, ingestPostgres, workerRedis, workerPostgres })),
      ),
    ),
  )
}

async function withApps<T>(
  { directory, redis }: Stack,
  env: Record<string, string>,
  links: StoreLinks | undefined,
  use: (apps: Pick<ProveStack, 'ingests' | 'workers'>) => Promise<T>,
): Promise<T> {
  const started: Supervised[] = []
  const start = async (name: string, portVariable: string, script: string, more: Record<string, string>) => {
    const app = await supervise({ name, script, portVariable, env: { ...env, ...more }, cwd: directory })
    started.push(app)
    return app
  }
  const own = (role: 'ingest' | 'worker') => ({ ...limited(role), ...through(role) })
  const limited = (role: 'ingest' | 'worker') => ({
    NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} ${heapOption(role)}`.trim(),
  })
  const through = (role: 'ingest' | 'worker'): Record<string, string> => {
    const redisUrl = redis.urlOf(`sluice_${role}`)
    if (!links) return { REDIS_URL: redisUrl }
    const variable = `${role.toUpperCase()}_DATABASE_URL`
    return {
      REDIS_URL: links[`${role}Redis`].urlOf(redisUrl),
      [variable]: links[`${role}Postgres`].urlOf(env[variable] ?? ''),
    }
  }
  try {
    const ingests = await times(INGESTS, (one) =>
      start(`ingest-${one}`, 'INGEST_PORT', entryOf('ingest'), own('ingest')),
    )
    const workers = await times(WORKERS, (one) => start(`worker-${one}`, 'WORKER_PORT', WORKER, own('worker')))
    await Promise.all(started.map((app) => app.ready()))
    return await use({ ingests, workers })
  } finally {
    await Promise.all(started.map((app) => app.stop()))
  }
}

const times = <T>(count: number, make: (one: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index + 1)))
