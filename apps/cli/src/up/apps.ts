import { freePort } from '@sluice/dev-services'
import { providers } from '@sluice/providers'
import { readEnv } from '@sluice/runtime/environment'
import { optionalPort, port } from '@sluice/runtime/settings'
import { secretKey } from '../lib/settings.ts'
import { holderOf } from './port-holder.ts'
import type { Secrets } from './secrets.ts'
import type { Stores } from './stores.ts'

/** The apps, in the order in which they are stopped. */
export const APPS = ['ingest', 'worker', 'board'] as const

export type AppName = (typeof APPS)[number]

type Ports = Record<AppName, number>

const PORT_SHAPE = { INGEST_PORT: port(3000), BOARD_PORT: port(3001), WORKER_PORT: port(3002) }

/** Asks a person a question that can be answered with yes; undefined when nobody watches. */
export type Ask = ((question: string) => Promise<boolean>) | undefined

/**
 * The configured port of each app; 0 = any free port. Where one is taken, a person is asked for another.
 * @throws when a port is invalid, or taken and nobody agrees to another. No other port is chosen silently, because other
 * programs expect the apps on these ports.
 */
export async function wantedPorts(ask: Ask, env = process.env): Promise<Ports> {
  const { INGEST_PORT, BOARD_PORT, WORKER_PORT } = readEnv(PORT_SHAPE, env)
  const ports = { ingest: INGEST_PORT, board: BOARD_PORT, worker: WORKER_PORT }
  for (const name of APPS) ports[name] = await freeOrOther(name, ports[name], Object.values(ports), ask)
  return ports
}

async function freeOrOther(name: AppName, wanted: number, others: number[], ask: Ask): Promise<number> {
  if (wanted === 0 || (await freePort(wanted)) === wanted) return wanted
  const other = await nextFree(wanted, others)
  const holder = holderOf(wanted)
  const taken = `Port ${wanted} of ${name} is taken${holder ? ` by ${holder}` : ''}`
  if (await ask?.(`${taken}. Use ${other} this time?`)) return other
  throw new Error(`${taken}: set ${name.toUpperCase()}_PORT to another one, such as ${other}, or to 0.`)
}

/** 3100 for 3000: easy to remember. */
async function nextFree(wanted: number, others: number[]): Promise<number> {
  for (let port = wanted + 100; port < 65_536; port += 100)
    if (!others.includes(port) && (await freePort(port)) === port) return port
  return freePort()
}

/**
 * The port of ingest's health and metrics, if it has one of its own; 0 = any free port.
 * @throws when the port is invalid or taken.
 */
export async function chooseOpsPort(env = process.env): Promise<number | undefined> {
  const { INGEST_OPS_PORT: wanted } = readEnv({ INGEST_OPS_PORT: optionalPort }, env)
  if (wanted === undefined) return undefined
  const free = await freePort(wanted)
  if (wanted === 0 || free === wanted) return free
  throw new Error(`Port ${wanted} is taken: set INGEST_OPS_PORT to another one, such as ${free}, or to 0.`)
}

/** Replaces each 0 by a free port. */
export async function choosePorts({ ingest, board, worker }: Ports): Promise<Ports> {
  return { ingest: await freePort(ingest), board: await freePort(board), worker: await freePort(worker) }
}

const API_KEYS = providers.flatMap(({ api }) => api?.keyVariable ?? [])

/** The secrets of each app. No other app gets them. */
const SECRETS_OF: Record<AppName, readonly string[]> = {
  ingest: providers.map(({ secretVariable }) => secretVariable),
  worker: [
    ...API_KEYS,
    ...['SMTP_URL', 'STAFF_WEBHOOK_URL', 'HOST_WEBHOOK_URL', 'HOST_WEBHOOK_SECRET'],
    ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ],
  board: ['BOARD_USER', 'BOARD_PASSWORD'],
}

/**
 * The inherited environment without the other apps' secrets, plus the stores' addresses and this app's secrets. Links of log
 * lines and e-mail lead to the board that runs here, unless `BOARD_URL` names another address of it.
 */
export function environmentOf(name: AppName, ports: Ports, stores: Stores, secrets: Secrets, env = process.env) {
  const others = APPS.filter((app) => app !== name).flatMap((app) => SECRETS_OF[app])
  const inherited = Object.fromEntries(Object.entries(env).filter(([variable]) => !others.includes(variable)))
  return {
    ...(name !== 'ingest' && { BOARD_URL: `http://localhost:${ports.board}` }),
    ...inherited,
    DATABASE_URL: stores[`${name}DatabaseUrl`],
    [`${name.toUpperCase()}_DATABASE_URL`]: stores[`${name}DatabaseUrl`],
    REDIS_URL: stores[`${name}RedisUrl`],
    [`${name.toUpperCase()}_PORT`]: String(ports[name]),
    ...(name === 'ingest' && signingSecrets(secrets)),
    ...(name === 'worker' && { HOST_WEBHOOK_SECRET: secrets.hostWebhookSecret }),
    ...(name === 'board' && { BOARD_USER: secrets.boardUser, BOARD_PASSWORD: secrets.boardPassword }),
    ...(name === 'board' && env['NODE_ENV'] !== 'production' && sendingOf(ports, stores, secrets)),
  }
}

/** For the view Send of the board, which production has not. */
const sendingOf = ({ ingest }: Ports, { hostDatabaseUrl }: Stores, secrets: Secrets) => ({
  ...signingSecrets(secrets),
  INGEST_URL: `http://localhost:${ingest}`,
  HOST_DATABASE_URL: hostDatabaseUrl,
})

const signingSecrets = (secrets: Secrets) =>
  Object.fromEntries(
    providers.flatMap((provider) => {
      const secret = secrets[secretKey(provider)]
      return secret ? [[provider.secretVariable, secret]] : []
    }),
  )
