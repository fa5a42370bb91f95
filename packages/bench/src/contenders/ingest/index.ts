import { entryOf, SECRETS } from '@sluice/testing'
import { scriptOf } from '../../script.ts'
import { type Server, startServer } from '../../world/server.ts'
import type { Stores } from '../../world/stores.ts'
import { COUNT } from './listen.ts'

export interface Receiver {
  name: 'floor' | 'verify only' | 'textbook' | 'ours'
  server: Server
  /** What it has kept so far, wherever it keeps things: each must grow by what was accepted. */
  kept(): Promise<Record<string, number>>
}

const environment = (stores: Stores) => ({
  NODE_ENV: 'production',
  REDIS_URL: stores.redisUrl,
  STRIPE_WEBHOOK_SECRET: SECRETS.stripe,
})

async function startContender(name: Receiver['name'], stores: Stores, core: string | undefined): Promise<Receiver> {
  const server = await startServer({
    name: name.replace(' ', '-'),
    script: scriptOf(`contenders/ingest/${name.replace(' ', '-')}`),
    portVariable: 'PORT',
    readyPath: COUNT,
    folder: stores.folder,
    core,
    env: environment(stores),
  })
  const kept = async () =>
    (await (await fetch(`http://127.0.0.1:${server.port}${COUNT}`)).json()) as { handled: number }
  return { name, server, kept }
}

/** Ingest as it runs in production, with its default settings. */
export async function startOurs(stores: Stores, core: string | undefined): Promise<Receiver> {
  const server = await startServer({
    name: 'ingest',
    script: entryOf('ingest'),
    portVariable: 'INGEST_PORT',
    readyPath: '/readyz',
    folder: stores.folder,
    core,
    env: { ...environment(stores), INGEST_DATABASE_URL: stores.ingestUrl },
  })
  const kept = async () => {
    const { rows } = await stores.pool.query<{ count: string }>('SELECT count(*) FROM webhook_events')
    return { recorded: Number(rows[0]?.count), enqueued: Number(await stores.redis.llen(WAITING)) }
  }
  return { name: 'ours', server, kept }
}

/** BullMQ's list of the jobs of events that wait. */
const WAITING = 'sluice:webhook-events:wait'

export const startFloor = (stores: Stores, core: string | undefined) => startContender('floor', stores, core)

export const startTextbook = (stores: Stores, core: string | undefined) => startContender('textbook', stores, core)

export const startReceivers = async (stores: Stores, core: string | undefined): Promise<Receiver[]> => [
  await startFloor(stores, core),
  await startContender('verify only', stores, core),
  await startTextbook(stores, core),
  await startOurs(stores, core),
]
