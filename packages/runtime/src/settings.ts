import { z } from 'zod'

/**
 * Schemas of environment variables. An error message describes the expected value and follows the variable's name.
 *
 * Every variable has a one-line description, given last (`.describe(…)`): `pnpm docs:update` makes the table of
 * variables from it. If the default is not in the schema, `.meta({ default: '…' })` describes it.
 */

/** A whole number in a range. */
export function wholeNumber(minimum: number, maximum: number, standard: number) {
  const message = `must be a whole number from ${minimum} to ${maximum}`
  return z
    .string({ error: message })
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, message)
    .default(standard)
}

const PORT = 'must be a whole number from 0 to 65535'

/** A TCP port; 0 means any free one. */
export const port = (standard: number) => wholeNumber(0, 65_535, standard)

/** A TCP port that is not used by default. */
export const optionalPort = z
  .string({ error: PORT })
  .regex(/^\d{1,5}$/, PORT)
  .transform(Number)
  .refine((value) => value <= 65_535, PORT)
  .optional()

/** `true` or `false`, nothing else. */
export function flag(standard: boolean) {
  return z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform((value) => value === 'true')
    .default(standard)
}

/** `a, b,c` → `['a', 'b', 'c']`. Unset is the empty list. */
export const commaSeparated = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )

export const databaseUrl = address(['postgres', 'postgresql'], 'must be the address of a Postgres, postgres://…')

/** The database address with the role of the host application. */
export const hostDatabaseUrl = databaseUrl.optional().meta({
  default: 'none',
  description:
    'Postgres, through the role of the host application: `migrate --role-passwords` sets its password; `example`, and outside production the view Send of the board, connect with it',
})

/** The database address with the role of one process. Default: `DATABASE_URL`. */
export const roleDatabaseUrl = databaseUrl
  .clone()
  .meta({ fallback: 'DATABASE_URL', description: 'Postgres, through the role of this process' })

const SCHEMA = 'must be the name of a schema: lower-case letters, digits and _, at most 63, and not pg_…'
const ROLE_NAMES = 'must be lower-case letters, digits and _, at most 40, and not begin with pg_'

/** Where the tables of a deployment are on its Postgres server. Must be the same in every process. */
export const placementVariables = {
  DATABASE_SCHEMA: z
    .string({ error: SCHEMA })
    .regex(/^(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}$/, SCHEMA)
    .default('sluice')
    .describe('Schema of Postgres that all tables and functions are in; `migrate` makes it'),
  ROLE_PREFIX: z
    .string({ error: ROLE_NAMES })
    .regex(/^(?!pg_)[a-z_][a-z0-9_]{0,39}$/, ROLE_NAMES)
    .default('sluice_')
    .describe('How the names of the database roles begin; two deployments on one Postgres server need two'),
}

/** As `connect` and `migrate` take it. */
export const placementOf = (env: { DATABASE_SCHEMA: string; ROLE_PREFIX: string }) => ({
  schema: env.DATABASE_SCHEMA,
  rolePrefix: env.ROLE_PREFIX,
})

const REDIS = 'must be the address of a Redis, redis://…, or of a Cluster, redis+cluster://host:port,host:port'

/** A single Redis, nodes of a Redis Cluster, or Postgres as the queue's store (for trials only). */
export const redisUrl = z
  .string({ error: REDIS })
  .refine((text) => {
    const [, list] = /^redis\+cluster:\/\/([^/]+)$/.exec(text) ?? []
    const nodes = (list ?? text).split(',').map((node) => (list ? `redis://${node.trim()}` : node.trim()))
    const schemes = nodes.length === 1 ? ['redis', 'rediss', 'postgres', 'postgresql'] : ['redis', 'rediss']
    return nodes.every((node) => isAddress(node, schemes) && new URL(node).hostname !== '')
  }, REDIS)
  .describe(
    'Redis: `redis://…`, or a Cluster: several URLs separated by commas, or `redis+cluster://host:port,host:port`. A Postgres URL also works, for trials only',
  )

/** The number of queues that events and effects are spread over. Must be the same in every process. */
export const queueShards = wholeNumber(1, 64, 1).describe(
  'Number of queues that events and effects are spread over; must be the same in every process',
)

const PREFIX = 'must be 1 to 40 letters, digits, dashes and underscores'

/** Begins all keys in Redis. Must be the same in every process. */
export const queuePrefix = z
  .string({ error: PREFIX })
  .regex(/^[A-Za-z0-9_-]{1,40}$/, PREFIX)
  .default('sluice')
  .describe(
    'Prefix of all keys in Redis; must be the same in every process. Two deployments on one Redis need two: a start with that of another one is refused',
  )

export const nodeEnv = z
  .enum(['development', 'production', 'test'], { error: 'must be development, production or test' })
  .default('development')
  .describe('In `production` ingest needs a signing secret and the board needs a login')

export const logLevel = z
  .enum(['error', 'warn', 'info', 'debug'], { error: 'must be error, warn, info or debug' })
  .default('info')
  .describe('Least severe log lines to write: `error`, `warn`, `info` or `debug`')

/** The OTLP endpoint for traces. Default: traces are not sent. */
export const otlpEndpoint = z
  .url({ protocol: /^https?$/, error: 'must be an address, http://…' })
  .optional()
  .describe('OTLP endpoint for traces, over HTTP (`http://…:4318`); the other standard `OTEL_…` variables also apply')

const BOARD = 'must be the address of the board, https://example.com or https://example.com/sluice'

/** The board as people reach it, without a slash at the end. Its path is that of the board behind its proxy. */
export const boardUrl = z
  .string({ error: BOARD })
  .transform((text) => text.replace(/\/+$/, ''))
  .refine((text) => /^https?:\/\/[^/?#@\s]+(\/[A-Za-z0-9._~-]+)*$/.test(text) && URL.canParse(text), BOARD)
  .optional()
  .describe(
    'How people reach the board, also below a path: `https://example.com/sluice`. E-mail to staff and log lines carry links to it',
  )

/** How long a process may take to stop, in milliseconds. */
export const shutdownTimeout = wholeNumber(100, 600_000, 10_000).describe(
  'How long a process may take to stop, in milliseconds',
)

/** Number of proxies in front of an app. */
export const trustProxy = wholeNumber(0, 32, 0).describe(
  "Number of proxies in front, whose `X-Forwarded-For` is trusted for the client's address",
)

function address(schemes: string[], message: string) {
  return z.string({ error: message }).refine((text) => isAddress(text, schemes), message)
}

function isAddress(text: string, schemes: string[]): boolean {
  return URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1))
}
