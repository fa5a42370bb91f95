import { join } from 'node:path'
import type { Random, SentEvent } from '@sluice/simulator'
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
  type TestReplicate,
  type TestS3,
  type TestSmtp,
  type TestStripe,
  withReplicate,
  withS3,
  withSmtp,
  withStripe,
} from '@sluice/testing/stand-ins'
import { withPasswords } from '../check/canaries.ts'
import type { Traffic } from '../load/traffic.ts'
import { type Supervised, supervise } from './supervised.ts'

const INGESTS = 2
const WORKERS = 3
const WORKER = join(REPOSITORY, 'apps/prove/dist/worker.js')

/** Ways to the stores, by who takes them. They lead straight there unless the fault spoils the network. */
export interface Network {
  ingestRedis: ChaosProxy
  ingestPostgres: ChaosProxy
  workerRedis: ChaosProxy
  workerPostgres: ChaosProxy
}

/** All that a fault can reach. */
export interface World {
  ingests: Supervised[]
  workers: Supervised[]
  postgres: OwnPostgres
  redis: Stack['redis']
  query: Stack['query']
  network: Network
  smtp: TestSmtp
  s3: TestS3
  stripe: TestStripe
  replicate: TestReplicate
  traffic: Traffic
  random: Random
  /** What apps are started with, their secrets among it. */
  env: Record<string, string>
  /** What a fault measured that somebody may want to know. */
  notes: string[]
  /** Events in the order in which they happened, where a fault sends them in another. */
  told: SentEvent[]
  /** What a fault looks at once all is calm again. */
  whenCalm: (() => Promise<void>)[]
  /** What a fault saw that was not as it should be. */
  wrong: string[]
}

export type Place = Omit<World, 'traffic' | 'random' | 'wrong' | 'notes' | 'told' | 'whenCalm'>

export interface WorldOptions {
  env?: Record<string, string>
  spoilsNetwork?: true
  /** Before any app runs. */
  prepare(stack: Pick<Stack<OwnPostgres>, 'postgres' | 'query'>, replicate: TestReplicate): Promise<void>
}

/** Stores, stand-ins for every other side, two ingests and three workers, supervised. Nothing of it is left afterwards. */
export const withWorld = <T>(options: WorldOptions, use: (place: Place) => Promise<T>): Promise<T> =>
  withSmtp((smtp) =>
    withS3((s3) =>
      withStripe((stripe) =>
        withReplicate(
          (replicate) =>
            withFragileStack({ ingests: 0, workers: 0, durable: true }, (stack) =>
              withNetwork(stack, async (network) => {
                await options.prepare(stack, replicate)
                const { postgres, redis, query } = stack
                const sides = { smtp, s3, stripe, replicate }
                const env = environmentOf(stack, sides, options)
                return withApps(stack, env, options.spoilsNetwork ? network : undefined, (apps) =>
                  use({ ...apps, ...sides, env, postgres, redis, query, network }),
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
  { smtp, s3, stripe, replicate }: Pick<World, 'smtp' | 's3' | 'stripe' | 'replicate'>,
  { env }: WorldOptions,
): Record<string, string> {
  const { host, port } = replicate.network.connectTo('')
  return withPasswords({
    ...stack.env,
    ...s3.env,
    ...stripe.env,
    ...replicate.env,
    NODE_ENV: 'production',
    SMTP_URL: smtp.url,
    MAIL_FROM: 'Acme <billing@acme.example>',
    PROVE_FILES_AT: `${host}:${port}`,
    PROVE_FILES_CA: replicate.network.ca,
    ...env,
  })
}

function withNetwork<T>({ env }: Stack, use: (network: Network) => Promise<T>): Promise<T> {
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
  { directory }: Stack,
  env: Record<string, string>,
  network: Network | undefined,
  use: (apps: Pick<World, 'ingests' | 'workers'>) => Promise<T>,
): Promise<T> {
  const started: Supervised[] = []
  const start = async (name: string, portVariable: string, script: string, own: Record<string, string>) => {
    const app = await supervise({ name, script, portVariable, env: { ...env, ...own }, cwd: directory })
    started.push(app)
    return app
  }
  const through = (role: 'ingest' | 'worker'): Record<string, string> => {
    if (!network) return {}
    const variable = `${role.toUpperCase()}_DATABASE_URL`
    return {
      REDIS_URL: network[`${role}Redis`].urlOf(env['REDIS_URL'] ?? ''),
      [variable]: network[`${role}Postgres`].urlOf(env[variable] ?? ''),
    }
  }
  try {
    const ingests = await times(INGESTS, (one) =>
      start(`ingest-${one}`, 'INGEST_PORT', entryOf('ingest'), through('ingest')),
    )
    const workers = await times(WORKERS, (one) => start(`worker-${one}`, 'WORKER_PORT', WORKER, through('worker')))
    await Promise.all(started.map((app) => app.ready()))
    return await use({ ingests, workers })
  } finally {
    await Promise.all(started.map((app) => app.stop()))
  }
}

const times = <T>(count: number, make: (one: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index + 1)))
