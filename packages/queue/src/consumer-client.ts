import { setTimeout as sleep } from 'node:timers/promises'
import { adaptCopies } from './allow-no-info.ts'
import type { RedisClient } from './redis-client.ts'

/**
 * The scripts of BullMQ that take, keep and finish jobs. A worker must be able to run them on a full Redis, because
 * finishing jobs is what frees memory.
 */
const DRAINING = new Set([
  'moveToActive',
  'moveToFinished',
  'moveToDelayed',
  'retryJob',
  'updateData',
  'extendLock',
  'extendLocks',
  'moveStalledJobsToWait',
])

/**
 * A full Redis refuses a script at its first command that needs memory, but not once the script has written
 * (`scriptVerifyOOM` in Redis’ script.c). So these scripts begin with a write that needs none: they delete a key that
 * never exists. It has the queue's prefix, for the rights of the user, and in a Cluster for the slot.
 */
const FIRST_WRITE = "redis.call('DEL', KEYS[1] .. ':never')\n"

/** Pause before a refusal of Redis is reported to BullMQ, which then tries again at once. */
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/**
 * Adapts the connection of workers: a full Redis can be drained, and a worker whose commands are refused (MISCONF,
 * NOPERM, READONLY, …) tries again a few times a second instead of thousands.
 */
export function adaptForConsumers<Client extends RedisClient>(redis: Client): Client {
  const defineCommand = redis.defineCommand.bind(redis)
  const pause = pauses()

  redis.defineCommand = (name, { lua, ...definition }) => {
    const isDraining = DRAINING.has(name.split(':')[0] ?? '')
    defineCommand(name, { ...definition, lua: isDraining ? FIRST_WRITE + lua : lua })
    const commands = redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
    const run = commands[name]
    if (run) commands[name] = (...args) => pause(run.apply(redis, args))
  }
  return adaptCopies(redis, adaptForConsumers)
}

/** Delays each rejection: the longer, the more there were since the last success. */
function pauses() {
  let pauseMs = FIRST_PAUSE_MS

  return async <T>(command: Promise<T>): Promise<T> => {
    try {
      const answer = await command
      pauseMs = FIRST_PAUSE_MS
      return answer
    } catch (error) {
      await sleep(pauseMs)
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      throw error
    }
  }
}
