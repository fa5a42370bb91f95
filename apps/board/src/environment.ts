import { EnvironmentError, readEnv } from '@sluice/runtime/environment'
import {
  flag,
  logLevel,
  nodeEnv,
  placementVariables,
  port,
  queuePrefix,
  queueShards,
  redisUrl,
  roleDatabaseUrl,
  shutdownTimeout,
  trustProxy,
} from '@sluice/runtime/settings'
import { z } from 'zod'

const required = z.string({ error: 'must be set in production' })

/** Ten guesses a minute would take millions of years. */
const LEAST_PASSWORD = 12

/** Every variable that the board reads. In production the login is required. */
export const boardEnvironment = (production: boolean) => ({
  NODE_ENV: nodeEnv,
  BOARD_PORT: port(3001).describe('Port that the board listens on; 0 = any free port'),
  BOARD_USER: (production ? required : z.string().default('admin')).describe(
    'User name of the board; required in production',
  ),
  BOARD_PASSWORD: (production
    ? required.min(LEAST_PASSWORD, `must have ${LEAST_PASSWORD} characters or more in production`)
    : z.string().optional()
  ).meta({
    default: 'random, printed at start',
    description:
      'Password of the board; required in production, where it must have 12 characters or more and not be the user name',
  }),
  BOARD_READ_ONLY: flag(false).describe('`true`: the board only shows queues'),
  BOARD_DATABASE_URL: roleDatabaseUrl,
  ...placementVariables,
  REDIS_URL: redisUrl,
  QUEUE_SHARDS: queueShards,
  QUEUE_PREFIX: queuePrefix,
  TRUST_PROXY: trustProxy,
  LOG_LEVEL: logLevel,
  SHUTDOWN_TIMEOUT_MS: shutdownTimeout,
})

/** @throws EnvironmentError that names every missing or invalid variable. */
export function readBoardEnvironment(source: NodeJS.ProcessEnv = process.env) {
  const production = source['NODE_ENV'] === 'production'
  const env = readEnv(boardEnvironment(production), source)
  if (production && env.BOARD_USER === env.BOARD_PASSWORD)
    throw new EnvironmentError('BOARD_PASSWORD must not be the user name')
  return env
}

/** Whether production would refuse the login. A made password is never weak. */
export const isWeak = ({ BOARD_USER: user, BOARD_PASSWORD: password }: WeakLogin): boolean =>
  password !== undefined && (password.length < LEAST_PASSWORD || user === password)

type WeakLogin = Pick<ReturnType<typeof readBoardEnvironment>, 'BOARD_USER' | 'BOARD_PASSWORD'>
