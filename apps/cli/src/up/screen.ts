import { join } from 'node:path'
import { type Provider, providers, stripe } from '@sluice/providers'
import { secretKey } from '../lib/settings.ts'
import type { State } from './state.ts'

/** The addresses of everything that runs, and how to send a first event. */
export const screen = (state: State, directory: string, env = process.env): string => `
  Sluice is running.

${providers.map((provider) => providerLine(provider, state, env)).join('\n')}
    Board       ${state.boardUrl}
                user ${state.boardUser}, password ${env['BOARD_PASSWORD'] ? 'as set in BOARD_PASSWORD' : state.boardPassword}
    Ingest      ${state.ingestOpsUrl ?? state.ingestUrl}/metrics
    Worker      ${state.workerUrl}/metrics
    Postgres    ${env['DATABASE_URL'] ? 'as set in DATABASE_URL' : state.databaseUrl}
    … as host   ${asHost(state, env)}
    Queue       ${env['REDIS_URL'] ? 'as set in REDIS_URL' : state.redisUrl}

    Logs        ${join(directory, 'logs')}/<app>.log
    Secrets     ${join(directory, 'secrets.json')}

  Send a first event, in another terminal:

    npx sluice send ${stripe.name} ${stripe.sampleType}

  Or run an application beside it, in which you buy and make a picture:

    npx sluice example express

  Ctrl-C stops everything and keeps the data.
`

/** The address for the provider's webhooks, and the consequence of a missing secret. */
function providerLine(provider: Provider, state: State, { NODE_ENV }: NodeJS.ProcessEnv): string {
  const { title, paths, secretVariable, mayBeUnsigned } = provider
  const line = `    ${title.padEnd(11)} ${state.ingestUrl}${paths[0]}`
  if (state[secretKey(provider)]) return line
  const consequence = mayBeUnsigned && NODE_ENV !== 'production' ? 'unsigned' : 'answers 503'
  return `${line}   (${consequence}: ${secretVariable} is not set)`
}

function asHost({ hostDatabaseUrl, databaseSchema }: State, env: NodeJS.ProcessEnv): string {
  if (env['HOST_DATABASE_URL']) return 'as set in HOST_DATABASE_URL'
  return env['DATABASE_URL']
    ? `the same: write ${databaseSchema}.users and ${databaseSchema}.generation_jobs`
    : (hostDatabaseUrl ?? '')
}
