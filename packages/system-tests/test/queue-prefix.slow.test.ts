import { describe, expect, test } from '@jest/globals'
import { seedStream } from '@sluice/simulator'
import { type AppName, type Stack, type TestRedis, withApps, withPostgres, withRedis, withStack } from '@sluice/testing'
import { addHostRows, allDone, sendAll } from './support/stack.ts'

/** Guarantees that two deployments share a Redis only under two prefixes, and that one may change its own. */
describe('two deployments on one Redis', () => {
  test.each<AppName>(['ingest', 'worker', 'board'])('with one prefix: %s does not start', (name) =>
    withStack({ workers: 0 }, (stack) =>
      withPostgres(async (postgres) => {
        const urls = {
          INGEST_DATABASE_URL: postgres.url,
          WORKER_DATABASE_URL: postgres.url,
          BOARD_DATABASE_URL: postgres.url,
        }
        await expect(stack.start(name, { env: urls })).rejects.toThrow(
          /ended with 1 .*Set QUEUE_PREFIX to another name/s,
        )
      }),
    ),
  )
})

test('under two prefixes, two deployments on one Redis process their own events', () =>
  withRedis((redis) =>
    withPrefix(redis, 'shop', (shop) =>
      withPrefix(redis, 'staging', async (staging) => {
        const some = seedStream({ events: 12, seed: 'shop' })
        const others = seedStream({ events: 12, seed: 'staging' })
        await addHostRows(shop, some)
        await addHostRows(staging, others)
        await Promise.all([sendAll(shop, some.events), sendAll(staging, others.events)])
        expect(await allDone(shop, 12)).toEqual({ processed: 12 })
        expect(await allDone(staging, 12)).toEqual({ processed: 12 })
        const keys = (await redis.call('KEYS', '*')) as string[]
        expect(keys.filter((key) => !/^(shop|staging):/.test(key))).toEqual([])
      }),
    ),
  ))

test('a worker with a new prefix finds the events that wait under the old one', () =>
  withRedis((redis) =>
    withPrefix(
      redis,
      'old',
      async (stack) => {
        const stream = seedStream({ events: 12, seed: 'renamed' })
        await addHostRows(stack, stream)
        await sendAll(stack, stream.events)
        await stack.start('worker', { env: { QUEUE_PREFIX: 'new' } })
        expect(await allDone(stack, 12)).toEqual({ processed: 12 })
      },
      0,
    ),
  ))

/** As the owner of Redis, because the users of the tests have rights to the default prefix alone. */
const withPrefix = (redis: TestRedis, prefix: string, use: (stack: Stack) => Promise<void>, workers = 1) =>
  withPostgres((postgres) =>
    withApps({ postgres, redis }, { workers, env: { QUEUE_PREFIX: prefix, REDIS_URL: `${redis.url}/0` } }, use),
  )
