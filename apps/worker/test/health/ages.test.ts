import { expect, test } from '@jest/globals'
import { recordEventWaits } from '@sluice/database/inbox'
import { connect, type Pool } from '@sluice/database/pool'
import { createProducer, type Producer } from '@sluice/queue'
import { createLogger, throttledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { createProbe } from '@sluice/runtime/probe'
import { eventually, withOwnPostgres, withRedis } from '@sluice/testing'
import { setGauges } from '../../src/health/gauges.ts'

const throttledLog = throttledLogger(createLogger('ages', 'error'))
const probes = { postgres: createProbe(async () => {}), queue: createProbe(async () => {}) }

const EVENTS = `INSERT INTO webhook_events (provider, event_id, type, ordering_key, status, attempts, received_at)
  SELECT 'stripe', id, 'invoice.paid', id, status, attempts, now() - age * '1 s'::interval FROM (VALUES
    ('evt_new', 'received', 0, 1), ('evt_old', 'received', 0, 600), ('evt_locked', 'received', 0, 300),
    ('evt_stale', 'received', 0, 400), ('evt_retried', 'received', 2, 200), ('evt_done', 'processed', 0, 9000),
    ('evt_dead', 'failed', 8, 9000)) AS event (id, status, attempts, age)`

const EFFECTS = `INSERT INTO outbox_messages (effect_key, kind, payload, status, attempts, error, waiting_since, available_at, sweep_after)
  SELECT key, kind, '{}', status, attempts, error, since, now() - age * '1 s'::interval, now() + least(age, 0) * '-1 s'::interval
  FROM (VALUES
    ('a', 'receipt', 'pending', 0, 'unreachable: ECONNREFUSED', now(), 500), ('b', 'receipt', 'pending', 0, NULL, NULL, 20),
    ('c', 'asset.copy', 'pending', 3, 'effect_threw: TypeError', NULL, 100), ('d', 'receipt', 'done', 0, NULL, NULL, 9000),
    ('e', 'trial.ending', 'pending', 0, NULL, NULL, -9000)) AS effect (key, kind, status, attempts, error, since, age)`

/** The value of a gauge by one label, in whole minutes for an age. */
async function valuesOf(name: string, ...labels: string[]): Promise<Record<string, number>> {
  const { values = [] } = (await metrics.registry.getSingleMetric(name)?.get()) ?? {}
  return Object.fromEntries(
    values.map((one) => [labels.map((label) => one.labels[label]).join(' '), Math.floor(one.value / 10) * 10]),
  )
}

const withGauges = (use: (pool: Pool, producer: Producer, stop: () => Promise<void>) => Promise<void>) =>
  withOwnPostgres((postgres) =>
    withRedis(async (redis) => {
      const pool = connect(postgres.url, { deadlineMs: 5_000 })
      const producer = createProducer(redis.url)
      try {
        await use(pool, producer, postgres.stop)
      } finally {
        await producer.close()
        await pool.end()
      }
    }),
  )

test('tells how old the oldest unsettled event and the oldest effect are, by cause, without a job for either', () =>
  withGauges(async (pool, producer, stop) => {
    await pool.query(EVENTS)
    await pool.query(EFFECTS)
    await recordEventWaits(pool, [
      { provider: 'stripe', eventId: 'evt_locked', wait: 'lock' },
      { provider: 'stripe', eventId: 'evt_stale', wait: 'provider' },
    ])
    await pool.query(`UPDATE webhook_events SET waiting_at = now() - '1 hour'::interval WHERE event_id = 'evt_stale'`)

    await setGauges({ pool, producer, throttledLog }, probes)
    expect(await valuesOf('webhook_oldest_event_age_seconds', 'cause')).toEqual({
      queue: 600,
      lock: 300,
      retry: 200,
      generation_job: 0,
      provider: 0,
    })
    const { values } = await metrics.unsettledEvents.get()
    expect(Object.fromEntries(values.map((one) => [one.labels.cause, one.value]))).toMatchObject({ queue: 3, lock: 1 })
    expect(await valuesOf('webhook_oldest_effect_age_seconds', 'kind', 'cause')).toEqual({
      'receipt unreachable': 500,
      'receipt queue': 20,
      'asset.copy retry': 100,
    })

    await stop()
    await eventually(async () => {
      await setGauges({ pool, producer, throttledLog }, probes)
      expect(await valuesOf('webhook_oldest_event_age_seconds', 'cause')).toEqual({})
    })
  }))

test('counts 100,000 unsettled events within the deadline of a scrape', () =>
  withGauges(async (pool, producer) => {
    await pool.query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key)
      SELECT 'stripe', 'evt_' || n, 'invoice.paid', n FROM generate_series(1, 100000) n`)
    await eventually(async () => {
      await setGauges({ pool, producer, throttledLog }, probes)
      expect((await metrics.unsettledEvents.get()).values.find(({ labels }) => labels.cause === 'queue')?.value).toBe(
        100_000,
      )
    })
  }))
