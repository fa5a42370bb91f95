import {
  commaSeparated,
  flag,
  logLevel,
  nodeEnv,
  otlpEndpoint,
  port,
  queueShards,
  readEnv,
  redisUrl,
  roleDatabaseUrl,
  shutdownTimeout,
  wholeNumber,
} from '@sluice/runtime'
import { z } from 'zod'
import { senderOf } from './outbound/mail/address.ts'
import { placeOf } from './outbound/store/index.ts'

/** Names, never addresses in numbers: `*.` before one means all that is below it. */
const HOST = /^(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*$/i

const assetHosts = z
  .string()
  .default('replicate.delivery,*.replicate.delivery')
  .transform((text, { addIssue }) => {
    const hosts = text.split(',').map((host) => host.trim())
    if (!hosts.every((host) => HOST.test(host)))
      addIssue('must be names of hosts, replicate.delivery,*.replicate.delivery')
    return hosts
  })

const shape = {
  NODE_ENV: nodeEnv,
  WORKER_PORT: port(3002),
  WORKER_DATABASE_URL: roleDatabaseUrl,
  REDIS_URL: redisUrl,
  QUEUE_SHARDS: queueShards,
  WORKER_CONCURRENCY: wholeNumber(1, 2_000, 256),
  EVENT_ATTEMPTS: wholeNumber(1, 100, 8),
  EVENT_BACKOFF_MS: wholeNumber(1, 3_600_000, 1_000),
  EVENT_BACKOFF_MAX_MS: wholeNumber(1, 86_400_000, 300_000),
  HANDLER_TIMEOUT_MS: wholeNumber(500, 3_600_000, 30_000),
  SWEEP_INTERVAL_MS: wholeNumber(100, 3_600_000, 5_000),
  EVENT_RETENTION_DAYS: wholeNumber(1, 36_500, 30),
  EVENT_BODY_RETENTION_DAYS: wholeNumber(0, 36_500, 30).optional(),
  JOB_WAIT_SECONDS: wholeNumber(0, 3_600, 60),
  PAST_DUE_IS_ACTIVE: flag(true),
  STRIPE_EVENT_TYPES: commaSeparated,
  STRIPE_ACCOUNTS: commaSeparated,
  STRIPE_API_KEY: z
    .string()
    .regex(/^(sk|rk)_\S+$/, 'must be a secret or restricted key of Stripe, sk_… or rk_…')
    .optional(),
  STRIPE_API_BASE: z.url({ protocol: /^https?$/, error: 'must be an address, https://…' }).optional(),
  LIVEMODE: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform((value) => value === 'true')
    .optional(),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be the address of a mail server, smtp://… or smtps://…' })
    .optional(),
  MAIL_FROM: z
    .string()
    .default('billing@localhost')
    .transform((text, { addIssue }) => {
      const sender = senderOf(text)
      if (!sender) addIssue('must be an e-mail address, billing@example.com or Acme <billing@example.com>')
      return sender ?? z.NEVER
    }),
  ASSET_HOSTS: assetHosts,
  REPLICATE_API_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be a token of Replicate, r8_…')
    .optional(),
  REPLICATE_API_BASE: z.url({ protocol: /^https?$/, error: 'must be an address, https://…' }).optional(),
  ASSET_STORE: z
    .string()
    .default('file:.sluice/assets')
    .transform((text, { addIssue }) => {
      const place = placeOf(text)
      if (!place) addIssue('must be file:<folder> or s3://<bucket>/<prefix>')
      return place ?? z.NEVER
    }),
  S3_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an address, https://…' }).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  LOG_LEVEL: logLevel,
  SHUTDOWN_TIMEOUT_MS: shutdownTimeout,
}

/** Everything the worker reads from its environment. @throws EnvironmentError with a line per wrong variable. */
export const readEnvironment = (source: NodeJS.ProcessEnv = process.env) => readEnv(shape, source)

export type Environment = ReturnType<typeof readEnvironment>
