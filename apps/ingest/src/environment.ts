import { type Provider, providers } from '@sluice/providers'
import type { QueueStore } from '@sluice/queue'
import {
  commaSeparated,
  EnvironmentError,
  logLevel,
  nodeEnv,
  otlpEndpoint,
  port,
  queueShards,
  readEnv,
  redisUrl,
  roleDatabaseUrl,
  shutdownTimeout,
  trustProxy,
  wholeNumber,
} from '@sluice/runtime'
import { z } from 'zod'
import { addressList } from './address-list.ts'
import type { Settings } from './ingest.ts'

const isAddressList = (entries: string[]) => addressList(entries) !== null

/** Every variable that ingest reads. */
export const variables = {
  NODE_ENV: nodeEnv,
  INGEST_PORT: port(3000).describe('Port that ingest listens on; 0 = any free port'),
  INGEST_DATABASE_URL: roleDatabaseUrl,
  REDIS_URL: redisUrl,
  QUEUE_SHARDS: queueShards,
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
  STRIPE_ALLOWED_IPS: commaSeparated
    .refine(isAddressList, 'must be IP addresses or CIDR ranges, comma-separated')
    .describe('Addresses or CIDR ranges that may post to the Stripe routes, comma-separated; others get 403'),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  LOG_LEVEL: logLevel,
  SHUTDOWN_TIMEOUT_MS: shutdownTimeout,
  ...secretShape(providers),
}

export interface Environment {
  port: number
  databaseUrl: string
  queue: QueueStore
  /** Where traces are sent. */
  otlpEndpoint: string | undefined
  logLevel: string
  shutdownTimeoutMs: number
  settings: Settings
}

/** @throws EnvironmentError with a line per wrong variable; also in production when there is no signing secret at all. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const env = readEnv(variables, source)
  const secrets = readSecrets(source)
  const production = env.NODE_ENV === 'production'
  if (production && Object.values(secrets).flat().length === 0) {
    throw new EnvironmentError(`${providers.map(secretVariable).join(' or ')} must be set in production`)
  }
  return {
    port: env.INGEST_PORT,
    databaseUrl: env.INGEST_DATABASE_URL,
    queue: { url: env.REDIS_URL, shards: env.QUEUE_SHARDS },
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: env.LOG_LEVEL,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    settings: {
      production,
      secrets,
      toleranceSeconds: env.WEBHOOK_TOLERANCE_SECONDS,
      rateLimitPerMinute: env.WEBHOOK_RATE_LIMIT_PER_MINUTE,
      rateLimitScope: env.WEBHOOK_RATE_LIMIT_SCOPE,
      trustProxy: env.TRUST_PROXY,
      allowedAddresses: { stripe: env.STRIPE_ALLOWED_IPS },
    },
  }
}

const secretVariable = ({ secretVariable }: Provider) => secretVariable

function secretShape(list: readonly Provider[]) {
  return Object.fromEntries(list.map((provider) => [provider.secretVariable, secretsOf(provider)]))
}

function readSecrets(source: NodeJS.ProcessEnv): Record<string, string[]> {
  const secrets = (provider: Provider) => Object.values(readEnv(secretShape([provider]), source)).flat()
  return Object.fromEntries(providers.map((provider) => [provider.name, secrets(provider)]))
}

function secretsOf({ name, secretPattern, mayBeUnsigned }: Provider) {
  const missing = mayBeUnsigned
    ? 'Without one, unsigned requests are accepted, except in production: 503'
    : 'Without one its routes answer 503'
  return commaSeparated
    .refine(
      (secrets) => secrets.every((secret) => secretPattern.test(secret)),
      'must be the signing secret that the provider shows (whsec_…), several comma-separated',
    )
    .describe(
      `Signing secret of \`/webhooks/${name}\`, \`whsec_…\`; several, comma-separated, while one is rotated. ${missing}`,
    )
}
