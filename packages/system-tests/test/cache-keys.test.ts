import { expect, test } from '@jest/globals'
import { subscriptionLifecycle } from '@sluice/simulator'
import { eventually, withStack } from '@sluice/testing'
import { Redis } from 'ioredis'
import { allDone, send, sendAll } from './support/stack.ts'

/** Guarantees that the host never goes on from entitlements that are out of date. */
test('the features key is deleted after a change and after every renewal payment, and stays otherwise', () =>
  withStack({}, async (stack) => {
    const redis = new Redis(stack.redis.url)
    const isCached = async () => (await redis.exists('features:user_1')) === 1
    try {
      await stack.query(`INSERT INTO users (id) VALUES ('user_1')`)
      const lifecycle = subscriptionLifecycle({
        seed: 'cache',
        userId: 'user_1',
        steps: ['created', 'activated', 'paid', 'renewed', 'paid', 'payment_succeeded'],
      })
      await sendAll(stack, lifecycle.slice(0, 4), 1)
      await allDone(stack, 4)

      await redis.set('features:user_1', 'old')
      await send(stack, lifecycle[4] as (typeof lifecycle)[0]) // the renewal is paid; the subscription says what it said before
      await eventually(async () => expect(await isCached()).toBe(false))

      await redis.set('features:user_1', 'fresh')
      await send(stack, lifecycle[5] as (typeof lifecycle)[0]) // the same payment under its second name
      await allDone(stack, 6)
      expect(await isCached()).toBe(true)
      expect(
        await stack.query(`SELECT effect_key FROM outbox_messages WHERE status NOT IN ('done', 'skipped')`),
      ).toEqual([])
    } finally {
      redis.disconnect()
    }
  }))
