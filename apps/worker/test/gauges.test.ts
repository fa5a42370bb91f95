import { expect, test } from '@jest/globals'
import { connect, type Pool } from '@sluice/database/pool'
import { createProducer, type Producer } from '@sluice/queue'
import { metrics } from '@sluice/runtime'
import { eventually, withOwnPostgres, withRedis } from '@sluice/testing'
import { setGauges } from '../src/gauges.ts'

test('tells which store answers, and keeps what the other one told', () =>
  withOwnPostgres((postgres) =>
    withRedis(async (redis) => {
      const pool = connect(postgres.url, { applicationName: 'gauges', deadlineMs: 1_000 })
      const producer = createProducer(redis.url)
      try {
        await asked(producer, pool, { queue: 1, postgres: 1 })
        expect(await valuesOf('webhook_queue_jobs')).not.toEqual([])

        await redis.stop()
        await asked(producer, pool, { queue: 0, postgres: 1 })
        expect(await valuesOf('webhook_queue_jobs')).not.toEqual([])
        await redis.start()
        postgres.freeze()
        await asked(producer, pool, { queue: 1, postgres: 0 })
        postgres.thaw()
        await asked(producer, pool, { queue: 1, postgres: 1 })
      } finally {
        await producer.close()
        await pool.end()
      }
    }),
  ))

test('tells how full Redis is, with and without a limit of its own', () =>
  withOwnPostgres((postgres) =>
    withRedis(async (redis) => {
      const pool = connect(postgres.url, { applicationName: 'gauges', deadlineMs: 1_000 })
      const producer = createProducer(redis.url)
      try {
        await asked(producer, pool, { queue: 1, postgres: 1 })
        const [used, machine] = await memory()
        expect(used).toBeGreaterThan(100_000)
        expect(machine).toBeGreaterThan(used)

        await producer.redis?.config('SET', 'maxmemory', '10mb')
        await setGauges(producer, pool)
        expect((await memory())[1]).toBe(10 * 1024 * 1024)
      } finally {
        await producer.close()
        await pool.end()
      }
    }),
  ))

/** Asks until both stores are as told: a connection may still be on its way. */
const asked = (producer: Producer, pool: Pool, expected: Record<string, number>): Promise<void> =>
  eventually(async () => {
    await setGauges(producer, pool)
    const stores = (await valuesOf('webhook_store_up')).map(({ labels, value }) => [labels['store'], value])
    expect(Object.fromEntries(stores)).toEqual(expected)
  }, 20_000)

async function memory(): Promise<[number, number]> {
  const values = await valuesOf('webhook_redis_memory_bytes')
  const of = (kind: string) => values.find(({ labels }) => labels['kind'] === kind)?.value ?? Number.NaN
  return [of('used'), of('limit')]
}

async function valuesOf(name: string) {
  const metric = await metrics.registry.getSingleMetric(name)?.get()
  return metric?.values ?? []
}
