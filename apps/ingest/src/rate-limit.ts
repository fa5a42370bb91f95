import type { Producer } from '@sluice/queue'
import { withDeadline } from '@sluice/runtime/deadline'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { type Address, networkOf } from './address-list.ts'
import { createCircuit } from './circuit.ts'

const WINDOW_SECONDS = 60
/** Longest wait for Redis. After a timeout the circuit breaker keeps other requests from waiting. */
const REDIS_DEADLINE_MS = 250

/** Counts one request of a client. Resolves to the seconds to wait if the client is over the limit, else to null. */
export type RateLimit = (address: Address | null) => Promise<number | null>

/** Counts in Redis, shared by all ingest processes. During a Redis outage each process counts for itself. */
export function createRateLimit({ redis, prefix }: Pick<Producer, 'redis' | 'prefix'>, perMinute: number): RateLimit {
  if (perMinute === 0) return async () => null
  const options = { points: perMinute, duration: WINDOW_SECONDS, keyPrefix: `${prefix}:rejected` }
  const memory = new RateLimiterMemory(options)
  const shared = redis && new RateLimiterRedis({ ...options, storeClient: redis, inMemoryBlockOnConsumed: perMinute })
  const circuit = createCircuit()

  return async (address) => {
    const client = networkOf(address)
    if (shared && circuit.worthTrying()) {
      try {
        return await circuit.watch(withDeadline(secondsToWait(shared, client), REDIS_DEADLINE_MS, 'Counting'))
      } catch {
        // Redis is unavailable: count in this process.
      }
    }
    return secondsToWait(memory, client)
  }
}

async function secondsToWait(limiter: RateLimiterMemory | RateLimiterRedis, client: string): Promise<number | null> {
  try {
    await limiter.consume(client)
    return null
  } catch (verdict) {
    if (!(verdict instanceof RateLimiterRes)) throw verdict
    return Math.max(1, Math.ceil(verdict.msBeforeNext / 1000))
  }
}
