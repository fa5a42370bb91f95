import { expect, test } from '@jest/globals'
import { entryOf, eventually, startProcess, withStack } from '@sluice/testing'
import { Redis } from 'ioredis'

/** Guarantees that an eviction policy is noticed at start, and not by lost jobs. */
test('in production a worker refuses to start on a Redis that evicts keys, and names the setting', () =>
  withStack({ ingests: 0, workers: 0 }, async (stack) => {
    const redis = new Redis(stack.redis.url)
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
    redis.disconnect()

    const worker = startProcess(entryOf('worker'), [], {
      env: { ...stack.env, NODE_ENV: 'production', WORKER_PORT: '0' },
    })
    try {
      await eventually(async () => expect(worker.output()).toContain('set maxmemory-policy to noeviction'))
      expect(await worker.exited).toBe(1)
    } finally {
      await worker.kill()
    }
  }))
