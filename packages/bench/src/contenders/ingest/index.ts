import { entryOf } from '@sluice/testing'
import { SECRET } from '../../event.ts'
import { scriptOf } from '../../script.ts'
import { type Server, startServer } from '../../world/server.ts'
import type { Stores } from '../../world/stores.ts'
import { COUNT } from './listen.ts'
import { recorded } from './recorded.ts'

export interface Receiver {
  name: 'floor' | 'verify only' | 'textbook' | 'ours'
  server: Server
  /** What it has kept so far, wherever it keeps things: each must grow by what was accepted. */
  kept(): Promise<Record<string, number>>
}

const environment = (stores: Stores) => ({
  NODE_ENV: 'production',
  REDIS_URL: stores.redisUrl,
  STRIPE_WEBHOOK_SECRET: SECRET,
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

/** Ingest as it runs in production, with its default settings but for those given. */
export async function startOurs(
  stores: Stores,
  core: string | undefined,
  settings: Record<string, string> = {},
): Promise<Receiver> {
  const server = await startServer({
    name: 'ingest',
    script: entryOf('ingest'),
    portVariable: 'INGEST_PORT',
    readyPath: '/readyz',
    folder: stores.folder,
    core,
    env: { ...environment(stores), INGEST_DATABASE_URL: stores.ingestUrl, ...settings },
  })
  return { name: 'ours', server, kept: async () => ({ recorded: await recorded(stores) }) }
}

/** Verify-only keeps nothing but its count, and floor neither. */
export const startReceivers = async (stores: Stores, core: string | undefined): Promise<Receiver[]> =>
  Promise.all([
    startContender('floor', stores, core),
    startContender('verify only', stores, core),
    startContender('textbook', stores, core),
    startOurs(stores, core),
  ])
