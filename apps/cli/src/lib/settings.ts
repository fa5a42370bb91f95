import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Placement } from '@sluice/database/pool'
import { type Provider, providers } from '@sluice/providers'
import type { QueueStore } from '@sluice/queue'
import { readEnv, refuseQuotes } from '@sluice/runtime/environment'
import { placementOf as placementIn, placementVariables, queuePrefix, queueShards } from '@sluice/runtime/settings'

type SecretKey = `${string}WebhookSecret`

/** The key of `Settings` for a provider's signing secrets: `stripeWebhookSecret`. */
export const secretKey = ({ name }: Provider): SecretKey => `${name}WebhookSecret`

/**
 * Addresses and secrets of the running apps and stores. Absent if neither in the environment nor in the state of `npm
 * start`.
 */
export interface Settings {
  ingestUrl?: string
  /** Health and metrics of ingest, if they have a port of their own. */
  ingestOpsUrl?: string
  boardUrl?: string
  workerUrl?: string
  /** As owner of the database. The next four are the same database with the role of one process or of the host. */
  databaseUrl?: string
  ingestDatabaseUrl?: string
  workerDatabaseUrl?: string
  boardDatabaseUrl?: string
  hostDatabaseUrl?: string
  databaseSchema?: string
  rolePrefix?: string
  redisUrl?: string
  queueShards?: string
  queuePrefix?: string
  /** The signing secrets of a provider, comma-separated, under `secretKey`. */
  [secret: SecretKey]: string | undefined
  boardUser?: string
  boardPassword?: string
  /** The variable because of which `.sluice/state.json` is not used. */
  stateIgnoredFor?: string
  /** Where e-mail is written, while no mail server is set. */
  mailFolder?: string
  /** Where documents and pictures are stored, unless they are in a bucket. */
  assetFolder?: string
}

/** `npm start` writes these values to `.sluice/state.json`. Environment variables take precedence. */
const VARIABLES = {
  databaseUrl: 'DATABASE_URL',
  ingestDatabaseUrl: 'INGEST_DATABASE_URL',
  workerDatabaseUrl: 'WORKER_DATABASE_URL',
  boardDatabaseUrl: 'BOARD_DATABASE_URL',
  hostDatabaseUrl: 'HOST_DATABASE_URL',
  databaseSchema: 'DATABASE_SCHEMA',
  rolePrefix: 'ROLE_PREFIX',
  redisUrl: 'REDIS_URL',
  queueShards: 'QUEUE_SHARDS',
  queuePrefix: 'QUEUE_PREFIX',
  boardUser: 'BOARD_USER',
  boardPassword: 'BOARD_PASSWORD',
} as const satisfies Partial<Record<keyof Settings, string>>

const PORTS = {
  ingestUrl: 'INGEST_PORT',
  ingestOpsUrl: 'INGEST_OPS_PORT',
  boardUrl: 'BOARD_PORT',
  workerUrl: 'WORKER_PORT',
} as const

/** A variable that names another store than the one that runs here: then nothing that runs here is meant. */
const STORES = ['databaseUrl', 'ingestDatabaseUrl', 'workerDatabaseUrl', 'boardDatabaseUrl', 'redisUrl'] as const

/** Reads the environment, then `.sluice/state.json` in `directory`, unless a variable names another store. @throws EnvironmentError for a value in quotes */
export function readSettings(env: NodeJS.ProcessEnv = process.env, directory = process.cwd()): Settings {
  const [state, given] = [readState(directory), readVariables(env)]
  const other = STORES.find((name) => given[name] !== undefined && given[name] !== state[name])
  if (other === undefined || Object.keys(state).length === 0) return { ...state, ...given }
  return { ...given, stateIgnoredFor: VARIABLES[other] }
}

/** The setting. @throws an error that says how to set it. */
export function requireSetting(settings: Settings, name: keyof typeof VARIABLES): string {
  const value = settings[name]
  if (value !== undefined) return value
  throw notSet(VARIABLES[name], settings)
}

/** An error that says how to set a variable. */
export const notSet = (variable: string, { stateIgnoredFor }: Settings): Error =>
  new Error(
    stateIgnoredFor
      ? `${variable} is not set, and ${stateIgnoredFor} names another store than the one that runs here. Set both, or neither.`
      : `${variable} is not set, and Sluice is not running here. Set it, or run npm start first.`,
  )

/** The schema and the roles that the processes use. */
export const placementOf = ({ databaseSchema, rolePrefix }: Settings): Placement =>
  placementIn(readEnv(placementVariables, { DATABASE_SCHEMA: databaseSchema, ROLE_PREFIX: rolePrefix }))

/** The queue store that the processes use. */
export function queueStoreOf(settings: Settings): QueueStore {
  const { QUEUE_SHARDS: shards, QUEUE_PREFIX: prefix } = readEnv(
    { QUEUE_SHARDS: queueShards, QUEUE_PREFIX: queuePrefix },
    { QUEUE_SHARDS: settings.queueShards, QUEUE_PREFIX: settings.queuePrefix },
  )
  return { url: requireSetting(settings, 'redisUrl'), shards, prefix }
}

function readState(directory: string): Settings {
  try {
    return JSON.parse(readFileSync(join(directory, '.sluice', 'state.json'), 'utf8')) as Settings
  } catch {
    return {}
  }
}

function readVariables(env: NodeJS.ProcessEnv): Settings {
  const settings: Settings = {}
  const secrets = providers.map(({ secretVariable }) => secretVariable)
  refuseQuotes([...Object.values(VARIABLES), ...Object.values(PORTS), ...secrets], env)
  for (const [name, variable] of Object.entries(VARIABLES) as Array<[keyof typeof VARIABLES, string]>) {
    if (env[variable]) settings[name] = env[variable]
  }
  for (const provider of providers) {
    if (env[provider.secretVariable]) settings[secretKey(provider)] = env[provider.secretVariable]
  }
  for (const [name, variable] of Object.entries(PORTS) as Array<[keyof typeof PORTS, string]>) {
    const port = env[variable]
    if (port && Number(port) !== 0) settings[name] = `http://localhost:${port}` // 0 = any free port: the state has it
  }
  return settings
}
