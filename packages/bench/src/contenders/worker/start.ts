import { entryOf } from '@sluice/testing'
import { scriptOf } from '../../script.ts'
import { type Server, startServer } from '../../world/server.ts'
import type { Stores } from '../../world/stores.ts'

const environment = (stores: Stores) => ({
  NODE_ENV: 'production',
  REDIS_URL: stores.redisUrl,
  WORKER_DATABASE_URL: stores.workerUrl,
})

/** The worker as it runs in production, with its default settings but for those given. */
export const startOurs = (
  stores: Stores,
  core: string | undefined,
  settings: Record<string, string> = {},
): Promise<Server> =>
  startServer({
    name: 'worker',
    script: entryOf('worker'),
    portVariable: 'WORKER_PORT',
    readyPath: '/readyz',
    folder: stores.folder,
    core,
    env: { ...environment(stores), ...settings },
  })

export const startOrm = (stores: Stores, core: string | undefined): Promise<Server> =>
  startServer({
    name: 'orm',
    script: scriptOf('contenders/worker/orm'),
    portVariable: 'PORT',
    readyPath: '/',
    folder: stores.folder,
    core,
    env: environment(stores),
  })
