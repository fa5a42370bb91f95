import { expect, test } from '@jest/globals'
import { connect, type Pool } from '@sluice/database/pool'
import { createWriteCheck } from '@sluice/database/write-probe'
import { createProducer, type Producer } from '@sluice/queue'
import { createLogger, throttledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { createProbe } from '@sluice/runtime/probe'
import { eventually, withOwnPostgres, withPostgres, withRedis } from '@sluice/testing'
import { initializeCounters } from '../../src/events/report.ts'
import { type Probes, setGauges as setGaugesWith } from '../../src/health/gauges.ts'

const throttledLog = throttledLogger(createLogger('gauges', 'error'))

/** With probes of its own, because a probe remembers its outcome for a second. */
const setGauges = (producer: Producer, pool: Pool) =>
  setGaugesWith({ producer, pool, throttledLog }, probesOf(producer, pool))

const probesOf = (producer: Producer, pool: Pool): Probes => ({
  postgres: createProbe(createWriteCheck(pool)),
  queue: createProbe(() => producer.probe()),
})

test('reports which store answers, and keeps the gauges of the other one', () =>
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

test('reports the memory of Redis, with and without a limit', () =>
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

test('counts open dead letters by what they died of, and from the start the failures that there are not', () =>
  withPostgres((postgres) =>
    withRedis(async (redis) => {
      const pool = connect(postgres.url, { applicationName: 'gauges' })
      const producer = createProducer(redis.url)
      const letter = { provider: 'stripe', type: 'invoice.paid' }
      try {
        await pool.query(
          `INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts, redriven_at)
            SELECT 'stripe', 'evt_' || n, type, error, 'f', 8, redriven_at FROM (VALUES
              (1, 'invoice.paid', 'handler_threw: TypeError', NULL), (2, 'invoice.paid', 'handler_threw: RangeError', NULL),
              (3, 'invoice.paid', 'crashed: it took two processes with it', NULL), (4, 'invoice.paid', 'crashed', now()),
              (5, 'made.up.1', 'crashed', NULL), (6, 'made.up.2', 'crashed', NULL)) AS dead (n, type, error, redriven_at)`,
        )
        await asked(producer, pool, { queue: 1, postgres: 1 })
        expect(await valuesOf('webhook_dead_letters')).toEqual(
          expect.arrayContaining([
            { labels: { ...letter, cause: 'handler_threw' }, value: 2 },
            { labels: { ...letter, cause: 'crashed' }, value: 1 },
            { labels: { ...letter, type: 'other', cause: 'crashed' }, value: 2 },
          ]),
        )
        initializeCounters()
        expect(await valuesOf('webhook_processed_total')).toContainEqual({
          labels: { ...letter, outcome: 'failed' },
          value: 0,
        })
        expect(await valuesOf('webhook_payments_total')).toContainEqual({ labels: { status: 'failed' }, value: 0 })
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
