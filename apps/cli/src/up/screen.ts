import { join } from 'node:path'
import { type Provider, providers, stripe } from '@sluice/providers'
import { secretKey } from '../lib/settings.ts'
import type { State } from './state.ts'

/** All that a person needs at the start, on one screen. */
export const screen = (state: State, directory: string, env = process.env): string => `
  Sluice is running.

${providers.map((provider) => providerLine(provider, state, env)).join('\n')}
    Board       ${state.boardUrl}/queues
                user ${state.boardUser}, password ${env['BOARD_PASSWORD'] ? 'as set in BOARD_PASSWORD' : state.boardPassword}
    Worker      ${state.workerUrl}/metrics
    Postgres    ${env['DATABASE_URL'] ? 'as set in DATABASE_URL' : state.databaseUrl}
    Queue       ${env['REDIS_URL'] ? 'as set in REDIS_URL' : state.redisUrl}

    Logs        ${join(directory, 'logs')}/<app>.log
    Secrets     ${join(directory, 'secrets.json')}

  Send a first event, from another terminal:

    ${sluice(directory, env)} send ${stripe.name} ${stripe.sampleType}

  Ctrl-C stops everything; the data stays.
`

/** Where the provider sends to, and what is answered while it has no secret. */
function providerLine(provider: Provider, state: State, { NODE_ENV }: NodeJS.ProcessEnv): string {
  const { title, paths, secretVariable, mayBeUnsigned } = provider
  const line = `    ${title.padEnd(11)} ${state.ingestUrl}${paths[0]}`
  if (state[secretKey(provider)]) return line
  const consequence = mayBeUnsigned && NODE_ENV !== 'production' ? 'unsigned' : 'answers 503'
  return `${line}   (${consequence}: ${secretVariable} is not set)`
}

/** A pnpm that the start had to fetch is not on the PATH of another terminal; npm is. */
const sluice = (directory: string, { PATH = '' }: NodeJS.ProcessEnv): string =>
  PATH.includes(join(directory, 'tools')) ? 'npm run -s sluice --' : 'pnpm sluice'
