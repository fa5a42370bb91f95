import { entryOf } from '@sluice/testing'
import { scriptOf } from '../../setup/child.ts'
import { type Server, startServer } from '../../setup/server.ts'
import type { Stores } from '../../setup/stores.ts'

const environment = (stores: Stores) => ({
  NODE_ENV: 'production',
  REDIS_URL: stores.redisUrl,
  WORKER_DATABASE_URL: stores.workerUrl,
  LIVEMODE: 'false', // the events are of test mode, which gives no role in production without it
})

/** The worker in production mode with default settings, except for `settings`. */
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

export const startOrm = (
  stores: Stores,
  core: string | undefined,
  script: 'orm' | 'textbook-orm' = 'orm',
): Promise<Server> =>
  startServer({
    name: script,
    script: scriptOf(`peers/worker/${script}`),
    portVariable: 'PORT',
    readyPath: '/',
    folder: stores.folder,
    core,
    env: environment(stores),
  })

/** The simulator's events are from January, which is too long ago for an e-mail by default. */
export const withEmail = (smtpUrl: string): Record<string, string> => ({
  SMTP_URL: smtpUrl,
  EMAIL_MAX_AGE_HOURS: '1000000',
})
