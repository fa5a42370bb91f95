import { z } from 'zod'

/** Pieces of environment shapes. Their messages say what a value should be and go after the variable's name. */

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

/** A TCP port; 0 = any free one. */
export const port = (standard: number) => wholeNumber(0, 65_535, standard)

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

/** The same database through the role of one process; `DATABASE_URL` stands in for it. */
export const roleDatabaseUrl = databaseUrl.clone().meta({ fallback: 'DATABASE_URL' })

/** Redis, a comma-separated list of cluster nodes, or Postgres as the queue's store (for trying out only). */
export const redisUrl = address(
  ['redis', 'rediss', 'redis+cluster', 'postgres', 'postgresql'],
  'must be the address of a Redis, redis://…',
)

export const nodeEnv = z
  .enum(['development', 'production', 'test'], { error: 'must be development, production or test' })
  .default('development')

export const logLevel = z
  .enum(['error', 'warn', 'info', 'debug'], { error: 'must be error, warn, info or debug' })
  .default('info')

/** Where traces are sent, by OTLP over HTTP; unset: nowhere. */
export const otlpEndpoint = z.url({ protocol: /^https?$/, error: 'must be an address, http://…' }).optional()

/** How long a process may take to stop, in milliseconds. */
export const shutdownTimeout = wholeNumber(100, 600_000, 10_000)

function address(schemes: string[], message: string) {
  const isAddress = (part: string) => URL.canParse(part) && schemes.includes(new URL(part).protocol.slice(0, -1))
  return z.string({ error: message }).refine((text) => text.split(',').every((part) => isAddress(part.trim())), message)
}
