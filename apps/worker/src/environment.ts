import { brandVariables, EMAIL_KINDS } from '@sluice/emails'
import { hostVariables } from '@sluice/host-webhook'
import { apiVariables } from '@sluice/providers/apis'
import { EnvironmentError, readEnv } from '@sluice/runtime/environment'
import {
  boardUrl,
  commaSeparated,
  flag,
  logLevel,
  nodeEnv,
  otlpEndpoint,
  placementVariables,
  port,
  queuePrefix,
  queueShards,
  redisUrl,
  roleDatabaseUrl,
  shutdownTimeout,
  wholeNumber,
} from '@sluice/runtime/settings'
import { storeVariables } from '@sluice/stored-files'
import { z } from 'zod'
import { senderOf } from './outbound/mail/address.ts'
import { selectEmailKinds } from './outbound/mail/rules.ts'
import { INVOICE_DOCUMENTS } from './outbound/pdf/invoice-document.ts'

/** Host names, never IP addresses. A leading `*.` matches all subdomains. */
const HOST = /^(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*$/i

const assetHosts = z
  .string()
  .default('replicate.delivery,*.replicate.delivery')
  .transform((text, { addIssue }) => {
    const hosts = text.split(',').map((host) => host.trim())
    if (!hosts.every((host) => HOST.test(host)))
      addIssue('must be host names, such as replicate.delivery,*.replicate.delivery')
    return hosts
  })

/** The API variables that the worker reads. */
type ApiVariable = 'STRIPE_API_KEY' | 'STRIPE_API_BASE' | 'REPLICATE_API_TOKEN' | 'REPLICATE_API_BASE'

/** Every variable that the worker reads. */
export const variables = {
  NODE_ENV: nodeEnv,
  WORKER_PORT: port(3002).describe('Port of health checks and metrics of the worker; 0 = any free port'),
  WORKER_DATABASE_URL: roleDatabaseUrl,
  ...placementVariables,
  REDIS_URL: redisUrl,
  QUEUE_SHARDS: queueShards,
  QUEUE_PREFIX: queuePrefix,
  WORKER_CONCURRENCY: wholeNumber(1, 2_000, 256).describe(
    'Jobs that one worker runs at the same time; they share commits',
  ),
  EVENT_ATTEMPTS: wholeNumber(1, 100, 8).describe(
    'How often an event or effect that fails is tried before it becomes a dead letter',
  ),
  EVENT_BACKOFF_MS: wholeNumber(1, 3_600_000, 1_000).describe(
    'Wait before the second attempt, in milliseconds; it doubles each time',
  ),
  EVENT_BACKOFF_MAX_MS: wholeNumber(1, 86_400_000, 300_000).describe(
    'Longest wait between two attempts, in milliseconds',
  ),
  HANDLER_TIMEOUT_MS: wholeNumber(500, 3_600_000, 30_000).describe(
    'Time limit of one attempt, in milliseconds: what takes longer is stopped and tried again',
  ),
  SWEEP_INTERVAL_MS: wholeNumber(100, 3_600_000, 5_000).describe(
    'How often the sweeper looks for rows without a job, in milliseconds',
  ),
  EVENT_RETENTION_DAYS: wholeNumber(1, 36_500, 30).describe('Days after which finished events are deleted'),
  EVENT_BODY_RETENTION_DAYS: wholeNumber(0, 36_500, 30).optional().meta({
    default: '`EVENT_RETENTION_DAYS`',
    description: 'Days after which bodies of finished events are erased; 0 = as soon as they are processed',
  }),
  JOB_WAIT_SECONDS: wholeNumber(0, 3_600, 60).describe(
    "How long a prediction's event waits for the row of your application in `generation_jobs`, in seconds",
  ),
  PAST_DUE_IS_ACTIVE: flag(true).describe('Whether a subscription that is past due still counts as active'),
  UNCLAIMED_PAYMENT_SECONDS: wholeNumber(0, 86_400, 300).describe(
    'How long an invoice or a Checkout session may take to claim a payment intent that succeeded, in seconds; after that it is a payment of its own',
  ),
  PREMIUM_PRICES: commaSeparated.meta({
    default: 'every price above zero',
    description:
      'Prices, products or lookup keys whose subscriptions give the role `PREMIUM`, comma-separated; others give none',
  }),
  STRIPE_EVENT_TYPES: commaSeparated.meta({
    default: 'all that have a handler',
    description: 'Event types to handle, comma-separated, `*` at the end allowed; others are recorded as ignored',
  }),
  STRIPE_ACCOUNTS: commaSeparated.meta({
    default: 'all',
    description:
      'Connected accounts whose events are handled, comma-separated; others are recorded as ignored. Only accounts named here are linked to your users and give them access',
  }),
  LIVEMODE: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform((value) => value === 'true')
    .optional()
    .describe(
      '`true` or `false`: events of the other mode are recorded as ignored. In production, test mode gives access only with `false`',
    ),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be the address of a mail server, smtp://… or smtps://…' })
    .optional()
    .meta({
      default: 'files: `.sluice/mail/*.eml`',
      description: 'Mail server, `smtp://…` or `smtps://…`',
    }),
  MAIL_FROM: z
    .string()
    .default('billing@localhost')
    .transform((text, { addIssue }) => {
      const sender = senderOf(text)
      if (!sender) addIssue('must be an e-mail address, billing@example.com or Acme <billing@example.com>')
      return sender ?? z.NEVER
    })
    .describe(
      'Sender of e-mail, also `Acme <billing@example.com>`; mail to staff, such as of disputes, goes there too',
    ),
  EMAILS: z
    .string()
    .default('all')
    .transform((text, { addIssue }) => {
      const kinds = selectEmailKinds(text)
      if (!kinds)
        addIssue(`must be all, none, or kinds of e-mail, comma-separated: ${[...EMAIL_KINDS].sort().join(', ')}`)
      return kinds ?? z.NEVER
    })
    .describe(
      'Kinds of e-mail to send: `all`, `none`, or a comma-separated list; `-kind` takes one out, as in `all,-renewal.upcoming`',
    ),
  EMAILS_TO_CONNECTED: flag(false).describe('Whether customers of connected accounts get e-mail'),
  EMAIL_MAX_AGE_HOURS: wholeNumber(1, 1_000_000, 72).describe(
    'An e-mail about something that happened longer ago than this, in hours, is not sent',
  ),
  STAFF_WEBHOOK_URL: z
    .url({ protocol: /^https?$/, error: 'must be the address of an incoming webhook, https://…' })
    .transform((text) => new URL(text))
    .optional()
    .meta({
      default: 'e-mail to `MAIL_FROM`',
      description:
        'Incoming webhook of Slack, Discord or Teams that staff are told through, instead of by e-mail: of disputes, invoices that cannot be finalized, and dead letters',
    }),
  BOARD_URL: boardUrl,
  ...hostVariables,
  INVOICE_DOCUMENT: z
    .enum(INVOICE_DOCUMENTS, { error: `must be ${INVOICE_DOCUMENTS.join(', ')}` })
    .default('attach')
    .describe(
      "`attach`: one e-mail per payment, the invoice beside the receipt; `separate`: two e-mails; `stripe`: Stripe's own PDF in place of ours; `none`: no invoices and credit notes",
    ),
  ...brandVariables,
  ASSET_HOSTS: assetHosts.describe('Hosts that outputs may be fetched from, comma-separated'),
  ...(apiVariables as Record<ApiVariable, z.ZodOptional<z.ZodString>>),
  ...storeVariables,
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  LOG_LEVEL: logLevel,
  SHUTDOWN_TIMEOUT_MS: shutdownTimeout,
}

/** Everything the worker reads from its environment. @throws EnvironmentError with a line per wrong variable. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env) {
  const env = readEnv(variables, source)
  if (env.HOST_WEBHOOK_URL.length > 0 && env.HOST_WEBHOOK_SECRET.length === 0)
    throw new EnvironmentError('HOST_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64, with HOST_WEBHOOK_URL')
  return env
}

export type Environment = ReturnType<typeof readEnvironment>
