import { readEnv } from '@sluice/runtime/environment'
import {
  flag,
  logLevel,
  nodeEnv,
  port,
  queueShards,
  redisUrl,
  roleDatabaseUrl,
  shutdownTimeout,
  trustProxy,
} from '@sluice/runtime/settings'
import { z } from 'zod'

const required = z.string({ error: 'must be set in production' })

/** Every variable that the board reads. In production the login is required. */
export const boardEnvironment = (production: boolean) => ({
  NODE_ENV: nodeEnv,
  BOARD_PORT: port(3001).describe('Port that the board listens on; 0 = any free port'),
  BOARD_USER: (production ? required : z.string().default('admin')).describe(
    'User name of the board; required in production',
  ),
  BOARD_PASSWORD: (production ? required : z.string().optional()).meta({
    default: 'random, printed at start',
    description: 'Password of the board; required in production',
  }),
  BOARD_READ_ONLY: flag(false).describe('`true`: the board only shows queues'),
  BOARD_DATABASE_URL: roleDatabaseUrl,
  REDIS_URL: redisUrl,
  QUEUE_SHARDS: queueShards,
  TRUST_PROXY: trustProxy,
  LOG_LEVEL: logLevel,
  SHUTDOWN_TIMEOUT_MS: shutdownTimeout,
})

/** @throws EnvironmentError that names every missing or invalid variable. */
export function readBoardEnvironment(source: NodeJS.ProcessEnv = process.env) {
  return readEnv(boardEnvironment(source['NODE_ENV'] === 'production'), source)
}
