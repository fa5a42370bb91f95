import { providers } from '@sluice/providers'
import type { QueueStore } from '@sluice/queue'
import { EnvironmentError, readEnv } from '@sluice/runtime/environment'
import {
  logLevel,
  nodeEnv,
  optionalPort,
  otlpEndpoint,
  placementOf,
  placementVariables,
  port,
  queuePrefix,
  queueShards,
  redisUrl,
  roleDatabaseUrl,
  shutdownTimeout,
  trustProxy,
  wholeNumber,
} from '@sluice/runtime/settings'
import { z } from 'zod'
import type { Settings } from './context.ts'
import { byProvider, providerVariables, refuseWeakSecrets } from './provider-variables.ts'

/** Every variable that ingest reads. */
export const variables = {
  NODE_ENV: nodeEnv,
  INGEST_PORT: port(3000).describe('Port that ingest listens on; 0 = any free port'),
  INGEST_OPS_PORT: optionalPort.describe(
    'Port for `/healthz`, `/readyz` and `/metrics` of ingest, which are then no longer on `INGEST_PORT`; 0 = any free port',
  ),
  INGEST_DATABASE_URL: roleDatabaseUrl,
  ...placementVariables,
  REDIS_URL: redisUrl,
  QUEUE_SHARDS: queueShards,
  QUEUE_PREFIX: queuePrefix,
  WEBHOOK_TOLERANCE_SECONDS: wholeNumber(1, 86_400, 300).describe(
    "How far a signature's time may differ from the clock, in seconds, both ways",
  ),
  WEBHOOK_RATE_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000, 100).describe(
    'Requests a minute from one address that may fail verification; 0 = no limit',
  ),
  WEBHOOK_RATE_LIMIT_SCOPE: z
    .enum(['rejected', 'all'], { error: 'must be rejected or all' })
    .default('rejected')
    .describe('`rejected` limits only requests that fail verification; `all` counts and limits every request'),
  TRUST_PROXY: trustProxy,
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  LOG_LEVEL: logLevel,
  SHUTDOWN_TIMEOUT_MS: shutdownTimeout,
  ...providerVariables,
}

export interface Environment {
  port: number
  /** The port of health and metrics; undefined: `port`. */
  opsPort: number | undefined
  databaseUrl: string
  placement: ReturnType<typeof placementOf>
  queue: QueueStore
  /** Where traces are sent. */
  otlpEndpoint: string | undefined
  logLevel: string
  shutdownTimeoutMs: number
  settings: Settings
}

/** @throws EnvironmentError with a line per wrong variable; also in production when there is no signing secret at all, or one that no
 * provider makes. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const env = readEnv(variables, source)
  const secrets = byProvider(env, ({ secretVariable }) => secretVariable)
  const production = env.NODE_ENV === 'production'
  if (production && Object.values(secrets).flat().length === 0) {
    throw new EnvironmentError(
      `${providers.map(({ secretVariable }) => secretVariable).join(' or ')} must be set in production`,
    )
  }
  if (production) refuseWeakSecrets(secrets)
  if (env.INGEST_OPS_PORT && env.INGEST_OPS_PORT === env.INGEST_PORT) {
    throw new EnvironmentError('INGEST_OPS_PORT must be another port than INGEST_PORT')
  }
  return {
    port: env.INGEST_PORT,
    opsPort: env.INGEST_OPS_PORT,
    databaseUrl: env.INGEST_DATABASE_URL,
    placement: placementOf(env),
    queue: { url: env.REDIS_URL, shards: env.QUEUE_SHARDS, prefix: env.QUEUE_PREFIX },
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: env.LOG_LEVEL,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    settings: {
      production,
      hasOpsPort: env.INGEST_OPS_PORT !== undefined,
      secrets,
      toleranceSeconds: env.WEBHOOK_TOLERANCE_SECONDS,
      rateLimitPerMinute: env.WEBHOOK_RATE_LIMIT_PER_MINUTE,
      rateLimitScope: env.WEBHOOK_RATE_LIMIT_SCOPE,
      trustProxy: env.TRUST_PROXY,
      allowedAddresses: byProvider(env, ({ allowedAddressesVariable }) => allowedAddressesVariable),
    },
  }
}
