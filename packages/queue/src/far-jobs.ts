import type { Queue } from 'bullmq'
import type { RedisClient } from './redis-client.ts'

/** Only the latest ones are looked at, which those of a wrong clock are. */
const LOOKED_AT = 200

/** Between the moment that a worker dates a delay and the moment that Redis sees it. */
const TOLERANCE_MS = 10_000

/** BullMQ's score of a delayed job is its time, shifted for a counter. */
const SCORE_PER_MS = 0x1000

/**
 * Makes delayed jobs run now that are due later than their delay from now: no right clock has set that time.
 *
 * @returns their number
 */
export async function bringForward(queue: Queue, redis: RedisClient): Promise<number> {
  const latest = await redis.zrevrange(queue.toKey('delayed'), 0, LOOKED_AT - 1, 'WITHSCORES')
  if (latest.length === 0) return 0
  const now = await timeOf(redis)
  const waiting: { id: string; remainingMs: number }[] = []
  for (let index = 0; index < latest.length; index += 2) {
    const [id = '', score] = latest.slice(index)
    const remainingMs = Number(score) / SCORE_PER_MS - now
    if (remainingMs > TOLERANCE_MS) waiting.push({ id, remainingMs })
  }
  const delays = await Promise.all(waiting.map(({ id }) => redis.hget(queue.toKey(id), 'delay')))
  const far = waiting.filter(({ remainingMs }, index) => remainingMs > Number(delays[index] ?? 0) + TOLERANCE_MS)
  const promoted = await Promise.allSettled(far.map(async ({ id }) => (await queue.getJob(id))?.promote()))
  return promoted.filter(({ status }) => status === 'fulfilled').length // another sweeper may have been faster
}

async function timeOf(redis: RedisClient): Promise<number> {
  const [seconds, microseconds] = await redis.time()
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000
}
