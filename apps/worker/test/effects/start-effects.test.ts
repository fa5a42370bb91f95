import { expect, test } from '@jest/globals'
import type { DueEffect } from '@sluice/database/commit'
import { sweepEffects } from '@sluice/database/outbox'
import { connect } from '@sluice/database/pool'
import { createProducer, openQueues, QUEUES } from '@sluice/queue'
import { createLogger } from '@sluice/runtime/logger'
import { eventually, withFolder, withPostgres, withRedis } from '@sluice/testing'
import { createEffectStarter } from '../../src/effects/run/start-effects.ts'
import { readEnvironment } from '../../src/environment.ts'
import { openOutbound } from '../../src/outbound/open.ts'

test('quick effects run at once without jobs, and wait in the outbox while they cannot', () =>
  withPostgres(({ url }) =>
    withRedis((redis) =>
      withFolder(async (folder) => {
        const pool = connect(url, { max: 4 })
        const producer = createProducer(redis.url)
        const outbound = openOutbound(
          readEnvironment({ DATABASE_URL: url, REDIS_URL: redis.url, ASSET_STORE: `file:${folder}` }),
        )
        const { queues, close } = await openQueues({ url: redis.url, shards: 1, prefix: producer.prefix })
        const effectsQueue = queues.find(({ name }) => name === QUEUES.effects)
        const tools = { ...outbound, pool, redis: producer.redis, logger: createLogger('worker', 'error') }
        const start = createEffectStarter(tools, producer)

        async function written(key: string, kind: DueEffect['kind'], payload: object): Promise<DueEffect> {
          const { rows } = await pool.query(
            `INSERT INTO outbox_messages (effect_key, kind, payload, sweep_after) VALUES ($1, $2, $3, now()) RETURNING id`,
            [key, kind, payload],
          )
          return { id: rows[0].id, key, kind, payload, delayMs: 0 }
        }
        const ofUser = async (userId: string) => {
          await redis.call('SET', `features:${userId}`, 'old')
          return written(`features:${userId}`, 'features.invalidate', { userId })
        }
        const statusOf = async ({ key }: DueEffect) =>
          (await pool.query('SELECT status FROM outbox_messages WHERE effect_key = $1', [key])).rows[0].status
        const isCached = async (userId: string) => (await redis.call('EXISTS', `features:${userId}`)) === 1
        const hasJob = async ({ id }: DueEffect) => (await effectsQueue?.getJob(id)) !== undefined
        try {
          await eventually(() => producer.probe())
          const quick = await Promise.all(['one', 'two'].map(ofUser))
          const heavy = await written('receipt:in_1', 'receipt', { paymentId: 'in_1' })
          await Promise.all([start([quick[0] as DueEffect, heavy], 'evt_1'), start([quick[1] as DueEffect], 'evt_2')])
          expect(await Promise.all(quick.map(statusOf))).toEqual(['done', 'done'])
          expect(await Promise.all([...quick, heavy].map(hasJob))).toEqual([false, false, true])
          expect(await Promise.all(['one', 'two'].map(isCached))).toEqual([false, false])

          const wrong = await written('features:wrong', 'features.invalidate', {})
          await start([wrong], 'evt_3')
          expect([await statusOf(wrong), await hasJob(wrong)]).toEqual(['pending', true])

          await effectsQueue?.pause()
          const paused = await ofUser('paused')
          await start([paused], 'evt_4')
          expect([await statusOf(paused), await hasJob(paused), await isCached('paused')]).toEqual([
            'pending',
            false,
            true,
          ])
          await effectsQueue?.resume()

          const late = await ofUser('late')
          await redis.stop()
          await start([late], 'evt_5')
          expect(await statusOf(late)).toBe('pending')
          await redis.start()
          await eventually(() => producer.probe())
          await sweepEffects(pool, (due) => producer.reviveEffects(due))
          expect(await Promise.all([paused, late].map(hasJob))).toEqual([true, true])
        } finally {
          outbound.close()
          await close()
          await producer.close()
          await pool.end()
        }
      }),
    ),
  ))
