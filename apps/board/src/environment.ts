import {
  flag,
  logLevel,
  nodeEnv,
  port,
  queueShards,
  readEnv,
  redisUrl,
  roleDatabaseUrl,
  shutdownTimeout,
  wholeNumber,
} from '@sluice/runtime'
import { z } from 'zod'

const required = z.string({ error: 'must be set in production' })

/** Every variable that the board reads, and nothing that it does not. In production it has no login of its own making. */
export const boardEnvironment = (production: boolean) => ({
  NODE_ENV: nodeEnv,
  BOARD_PORT: port(3001),
  BOARD_USER: production ? required : z.string().default('admin'),
  BOARD_PASSWORD: production ? required : z.string().optional(),
  BOARD_READ_ONLY: flag(false),
  BOARD_DATABASE_URL: roleDatabaseUrl,
  REDIS_URL: redisUrl,
  QUEUE_SHARDS: queueShards,
  TRUST_PROXY: wholeNumber(0, 16, 0),
  LOG_LEVEL: logLevel,
  SHUTDOWN_TIMEOUT_MS: shutdownTimeout,
})

/** @throws EnvironmentError that names every variable to mend. */
export function readBoardEnvironment(source: NodeJS.ProcessEnv = process.env) {
  return readEnv(boardEnvironment(source['NODE_ENV'] === 'production'), source)
}
