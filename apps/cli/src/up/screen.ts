import { join } from 'node:path'
import type { State } from './state.ts'

/** All that a person needs at the start, on one screen. */
export const screen = (state: State, directory: string, env = process.env): string => `
  Sluice is running.

    Stripe      ${state.ingestUrl}/webhooks/stripe
    Replicate   ${state.ingestUrl}/webhooks/replicate${state.replicateWebhookSecret ? '' : '   (unsigned: REPLICATE_WEBHOOK_SECRET is not set)'}
    Board       ${state.boardUrl}/queues
                user ${state.boardUser}, password ${env['BOARD_PASSWORD'] ? 'as set in BOARD_PASSWORD' : state.boardPassword}
    Worker      ${state.workerUrl}/metrics
    Postgres    ${env['DATABASE_URL'] ? 'as set in DATABASE_URL' : state.databaseUrl}
    Queue       ${env['REDIS_URL'] ? 'as set in REDIS_URL' : state.redisUrl}

    Logs        ${join(directory, 'logs')}/<app>.log
    Secrets     ${join(directory, 'secrets.json')}

  Send a first event, from another terminal:

    ${sluice(directory, env)} send stripe invoice.payment_succeeded

  Ctrl-C stops everything; the data stays.
`

/** A pnpm that the start had to fetch is not on the PATH of another terminal; npm is. */
const sluice = (directory: string, { PATH = '' }: NodeJS.ProcessEnv): string =>
  PATH.includes(join(directory, 'tools')) ? 'npm run -s sluice --' : 'pnpm sluice'
