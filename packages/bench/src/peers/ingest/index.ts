import { entryOf } from '@sluice/testing'
import { SECRET } from '../../event.ts'
import { scriptOf } from '../../setup/child.ts'
import { type Server, startServer } from '../../setup/server.ts'
import type { Stores } from '../../setup/stores.ts'
import { COUNT } from './listen.ts'
import { recorded } from './recorded.ts'

export interface Receiver {
  name: 'floor' | 'verify only' | 'textbook' | 'stripe-sync-engine' | 'ours'
  server: Server
  /** Counts of everything stored so far; each must grow by the number of accepted events. */
  kept(): Promise<Record<string, number>>
}

const environment = (stores: Stores) => ({
  NODE_ENV: 'production',
  REDIS_URL: stores.redisUrl,
  STRIPE_WEBHOOK_SECRET: SECRET,
})

export async function startPeer(name: Receiver['name'], stores: Stores, core: string | undefined): Promise<Receiver> {
  const server = await startServer({
    name: name.replace(' ', '-'),
    script: scriptOf(`peers/ingest/${name.replace(' ', '-')}`),
    portVariable: 'PORT',
    readyPath: COUNT,
    folder: stores.folder,
    core,
    env: { ...environment(stores), DATABASE_URL: stores.url },
  })
  const kept = async () =>
    (await (await fetch(`http://127.0.0.1:${server.port}${COUNT}`)).json()) as { handled: number }
  return { name, server, kept }
}

/** Ingest in production mode with default settings, except for `settings`. */
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
    env: {
      ...environment(stores),
      INGEST_DATABASE_URL: stores.ingestUrl,
      REPLICATE_WEBHOOK_SECRET: SECRET,
      ...settings,
    },
  })
  return { name: 'ours', server, kept: async () => ({ recorded: await recorded(stores) }) }
}

/** Starts every receiver. Floor and verify only store nothing but a count. */
export const startReceivers = async (stores: Stores, core: string | undefined): Promise<Receiver[]> =>
  Promise.all([
    startPeer('floor', stores, core),
    startPeer('verify only', stores, core),
    startPeer('textbook', stores, core),
    startOurs(stores, core),
  ])
