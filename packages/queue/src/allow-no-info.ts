import type { RedisClient } from './redis-client.ts'

/** Any version that has all that is used will do. */
const ASSUMED = 'redis_version:6.2.0'

type Reply = (error: Error | null, text?: string) => void
type Info = (...args: unknown[]) => Promise<string>

/**
 * Lets a user work that may not run `INFO`: ioredis asks it whether the server is loading, and BullMQ for the version,
 * without which neither starts.
 */
export function allowNoInfo<Client extends RedisClient>(redis: Client): Client {
  const info = redis.info.bind(redis) as Info
  const answer: Info = (...args) => {
    const reply = args.at(-1)
    return typeof reply === 'function'
      ? info(...args.slice(0, -1), withoutInfo(reply as Reply))
      : info(...args).catch((error) => (isForbidden(error) ? ASSUMED : Promise.reject(error)))
  }
  Object.assign(redis, { info: answer })
  return adaptCopies(redis, allowNoInfo)
}

const withoutInfo =
  (reply: Reply): Reply =>
  (error, text) =>
    error && isForbidden(error) ? reply(null, ASSUMED) : reply(error, text)

/** Applies `adapt` to every copy of the connection, such as the one on which BullMQ waits for jobs. */
export function adaptCopies<Client extends RedisClient>(redis: Client, adapt: (copy: Client) => Client): Client {
  const duplicate = redis.duplicate.bind(redis) as (...args: unknown[]) => Client
  return Object.assign(redis, { duplicate: (...args: unknown[]) => adapt(duplicate(...args)) })
}

export const isForbidden = ({ message }: Error): boolean => message.startsWith('NOPERM')
