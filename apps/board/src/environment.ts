import { EnvironmentError, readEnv } from '@sluice/runtime/environment'
import {
  boardUrl,
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
import { storeVariables } from '@sluice/stored-files'
import { z } from 'zod'

const required = z.string({ error: 'must be set in production' })

/** Ten guesses a minute would take millions of years. */
const LEAST_PASSWORD = 12

/**
 * Every variable that the board reads.
 *
 * @param isRequired whether the login is: in production, unless a file names people
 */
export const boardEnvironment = (isRequired: boolean) => ({
  NODE_ENV: nodeEnv,
  BOARD_PORT: port(3001).describe('Port that the board listens on; 0 = any free port'),
  BOARD_USER: (isRequired ? required : z.string().default('admin')).describe(
    'User name of the board; required in production, unless `BOARD_USERS` is set',
  ),
  BOARD_PASSWORD: (isRequired
    ? required.min(LEAST_PASSWORD, `must have ${LEAST_PASSWORD} characters or more in production`)
    : z.string().optional()
  ).meta({
    default: 'random, printed at start',
    description:
      'Password of the board; required in production, unless `BOARD_USERS` is set. There it must have 12 characters or more and not be the user name',
  }),
  BOARD_USERS: z.string().optional().meta({
    default: 'none',
    description:
      'File with a line `name:role:hash` for each person, as `sluice board-user` prints it. Roles: `viewer`, `operator`, `admin`',
  }),
  BOARD_URL: boardUrl,
  BOARD_READ_ONLY: flag(false).describe('`true`: the board only shows, and asks for no action'),
  BOARD_DATABASE_URL: roleDatabaseUrl,
  ...placementVariables,
  REDIS_URL: redisUrl,
  QUEUE_SHARDS: queueShards,
  QUEUE_PREFIX: queuePrefix,
  ...storeVariables,
  TRUST_PROXY: trustProxy,
  LOG_LEVEL: logLevel,
  SHUTDOWN_TIMEOUT_MS: shutdownTimeout,
})

/** @throws EnvironmentError that names every missing or invalid variable. */
export function readBoardEnvironment(source: NodeJS.ProcessEnv = process.env) {
  const production = source['NODE_ENV'] === 'production'
  const env = readEnv(boardEnvironment(production && !source['BOARD_USERS']), source)
  if (production && env.BOARD_USER === env.BOARD_PASSWORD)
    throw new EnvironmentError('BOARD_PASSWORD must not be the user name')
  if (production && isWeak(env))
    throw new EnvironmentError(`BOARD_PASSWORD must have ${LEAST_PASSWORD} characters or more in production`)
  return env
}

/** Whether production would refuse the login. A made password is never weak. */
export const isWeak = ({ BOARD_USER: user, BOARD_PASSWORD: password }: WeakLogin): boolean =>
  password !== undefined && (password.length < LEAST_PASSWORD || user === password)

interface WeakLogin {
  BOARD_USER: string
  BOARD_PASSWORD?: string | undefined
}
