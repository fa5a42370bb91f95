import { expect, test } from '@jest/globals'
import { invoiceObject, type SentEvent, stripeEvent } from '@sluice/simulator'
import { eventually, type Stack, withFragileStack } from '@sluice/testing'
import { Redis } from 'ioredis'
import { rules } from '../support/deploy/known-metrics.ts'
import { nameOf, panels, queryOf } from '../support/deploy/panels.ts'
import { type Prometheus, withPrometheus } from '../support/deploy/prometheus.ts'
import { allDone, send } from '../support/stack.ts'

const AT = Date.UTC(2026, 0, 5, 9) / 1000
let made = 0

/** Fails for good at its first attempt: its object is not what its type promises. */
const broken = (): SentEvent => stripeEvent('invoice.paid', { id: 7 }, { id: `evt_${++made}`, created: AT })
/** Of an object of its own, so that none waits for another. */
const harmless = (): SentEvent =>
  stripeEvent('foo.created', { id: `foo_${++made}` }, { id: `evt_${made}`, created: AT })

const unpaid = (): SentEvent => {
  const invoice = invoiceObject({ id: `in_${++made}`, customerId: 'cus_1', status: 'open', amount: 1_900, created: AT })
  return stripeEvent('invoice.payment_failed', invoice, { id: `evt_${made}`, created: AT })
}

test(
  'the faults of the real thing raise every alert in a real Prometheus, which is quiet before',
  () =>
    withFragileStack({ env: { EVENT_ATTEMPTS: '1', WORKER_CONCURRENCY: '4' } }, async (stack) => {
      const [ingest] = stack.ingests
      const [worker] = stack.workers
      if (!ingest || !worker) throw new Error('the stack is not whole')
      await withPrometheus({ ingest: [ingest.port], worker: [worker.port] }, async (prometheus) => {
        await send(stack, harmless())
        await allDone(stack, 1)
        await counted(prometheus, 'webhook_processed_total', 1)
        await eventually(async () => expect(await prometheus.firing()).toEqual([]), 60_000) // once it has asked everybody

        await slowDown(stack, prometheus, 'WebhookBacklog', 'WebhookProcessingSlow')
        await whileFull(stack, () => fires(prometheus, 'RedisMemory'))
        await stops(prometheus, 'RedisMemory')

        await forge(stack, prometheus, 'WebhookSignatureFailures')
        await repeat(stack, prometheus, 'WebhookDuplicates')
        await decline(stack, prometheus, 'PaymentsFail')
        await fail(stack, prometheus, ['DeadLetters', 'WebhookProcessingFails'])
        await everyPanelShows(prometheus)

        await send(stack, harmless())
        await stops(prometheus, 'NoWebhooks')

        await stack.redis.stop()
        await fires(prometheus, 'RedisDown')
        await stack.redis.start()
        await stops(prometheus, 'RedisDown')

        await stack.postgres.stop()
        await fires(prometheus, 'PostgresDown')
        await stack.postgres.start()
        await stops(prometheus, 'PostgresDown')
        await fires(prometheus, 'NoWebhooks') // since before the stores were away

        await stops(prometheus, 'NoWorker')
        await worker.kill()
        for (let sent = 0; sent < 3; sent += 1) await send(stack, harmless())
        await fires(prometheus, 'NoWorker')
        await stops(prometheus, 'NoIngest')
        await ingest.kill()
        await fires(prometheus, 'NoIngest')
        expect([...raised].sort()).toEqual(rules.flatMap(({ alert }) => alert ?? []).sort())
      })
    }),
  240_000,
)

/** Under all of this load every query of every panel has something to draw, and no two lines have one name. */
async function everyPanelShows(prometheus: Prometheus): Promise<void> {
  for (const { title, targets = [] } of panels) {
    const names = new Set<string>()
    for (const { expr, legendFormat } of targets) {
      await eventually(async () => {
        const values = (await prometheus.series(queryOf(expr))).map(({ value }) => value)
        expect([title, legendFormat, values.some(Number.isFinite)]).toEqual([title, legendFormat, true])
      }, 10_000)
      for (const { labels } of await prometheus.series(queryOf(expr))) {
        const name = nameOf(legendFormat, labels)
        expect([title, name, names.has(name)]).toEqual([title, expect.stringMatching(/^\S.*\S$/), false])
        names.add(name)
      }
    }
  }
}

const raised = new Set<string>()

async function fires(prometheus: Prometheus, alert: string): Promise<void> {
  await eventually(async () => expect(await prometheus.firing()).toContain(alert), 30_000)
  raised.add(alert)
}

const stops = (prometheus: Prometheus, alert: string): Promise<void> =>
  eventually(async () => expect(await prometheus.firing()).not.toContain(alert), 30_000)

/** Prometheus tells how much a count has grown since it saw it first: so the first ones go ahead of the fault. */
const counted = (prometheus: Prometheus, query: string, least: number): Promise<void> =>
  eventually(async () => expect(await prometheus.query(query)).toBeGreaterThanOrEqual(least), 30_000)

async function whileFull(stack: Stack, use: () => Promise<void>): Promise<void> {
  const redis = new Redis(stack.redis.url)
  try {
    const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
    await redis.config('SET', 'maxmemory', String(Math.round(used * 1.15)))
    await use()
    await redis.config('SET', 'maxmemory', '0')
  } finally {
    redis.disconnect()
  }
}

/** A commit that takes 11 s: the four that a worker takes at once are slow, and what comes after them waits. */
async function slowDown(stack: Stack, prometheus: Prometheus, whileWaiting: string, afterwards: string): Promise<void> {
  const takes = (seconds: number) =>
    stack.query(`CREATE OR REPLACE FUNCTION slow_down() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(${seconds}); RETURN NULL; END'`)
  await takes(11)
  await stack.query(
    'CREATE TRIGGER slow_down AFTER UPDATE ON webhook_events FOR EACH STATEMENT EXECUTE FUNCTION slow_down()',
  )
  await eventually(async () => expect(await prometheus.firing()).toEqual([]), 30_000)
  for (let sent = 0; sent < 6; sent += 1) await send(stack, harmless())
  await fires(prometheus, whileWaiting)
  await takes(0)
  await fires(prometheus, afterwards)
  await stops(prometheus, whileWaiting)
}

async function forge(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  const forged = () => stack.post('/webhooks/stripe', '{}', { 'stripe-signature': 't=1,v1=00' })
  await stops(prometheus, alert)
  for (let sent = 0; sent < 20; sent += 1) expect((await forged()).status).toBe(400)
  await fires(prometheus, alert)
}

async function repeat(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  const event = harmless()
  for (let sent = 0; sent < 2; sent += 1) await send(stack, event)
  await counted(prometheus, 'webhook_requests_total{outcome="duplicate"}', 1)
  await stops(prometheus, alert)
  for (let sent = 0; sent < 20; sent += 1) await send(stack, event)
  await fires(prometheus, alert)
}

async function fail(stack: Stack, prometheus: Prometheus, alerts: string[]): Promise<void> {
  for (const alert of alerts) await stops(prometheus, alert)
  for (let sent = 0; sent < 5; sent += 1) await send(stack, broken())
  for (const alert of alerts) await fires(prometheus, alert)
}

async function decline(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  await stops(prometheus, alert)
  for (let sent = 0; sent < 15; sent += 1) await send(stack, unpaid())
  await fires(prometheus, alert)
}
