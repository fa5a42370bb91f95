import { expect, test } from '@jest/globals'
import { eventually, type TestApp, withFragileStack } from '@sluice/testing'
import { Redis } from 'ioredis'

/** A store that answers reads but refuses writes is not ready, and says why. */
test('readiness and metrics name a store that refuses writes, with its reason', () =>
  withFragileStack({}, async (stack) => {
    const [ingest, worker] = [stack.ingests[0], stack.workers[0]] as [TestApp, TestApp]
    const redis = new Redis(stack.redis.url)
    try {
      await stack.query('ALTER SYSTEM SET default_transaction_read_only = on')
      await stack.query('SELECT pg_reload_conf()')
      await eventually(async () => {
        const failing = { failing: ['postgres'], reasons: { postgres: '25006' } }
        expect(await readyz(worker)).toEqual({ status: 503, body: { status: 'unready', ...failing } })
        expect(await readyz(ingest)).toEqual({ status: 200, body: { status: 'ready', ...failing } })
        expect(await storeUp(worker)).toEqual({ postgres: 0, queue: 1 })
        expect((await fetch(`${worker.url}/healthz`)).status).toBe(200)
      }, 20_000)
      await stack.query('ALTER SYSTEM RESET default_transaction_read_only')
      await stack.query('SELECT pg_reload_conf()')
      await eventually(async () => expect((await readyz(worker)).status).toBe(200), 20_000)

      await redis.call('REPLICAOF', '127.0.0.1', '1')
      // Each by itself: after such an answer a client connects again, and then it has no answer for a moment.
      await eventually(async () => {
        expect(await readyz(worker)).toMatchObject({ status: 503, body: { reasons: { queue: 'READONLY' } } })
      }, 60_000)
      await eventually(async () => {
        expect(await readyz(ingest)).toMatchObject({ status: 200, body: { reasons: { redis: 'READONLY' } } })
      }, 60_000)
      await eventually(async () => expect(await storeUp(worker)).toEqual({ postgres: 1, queue: 0 }), 60_000)
      await redis.call('REPLICAOF', 'NO', 'ONE')
      await eventually(async () => {
        for (const app of [ingest, worker])
          expect(await readyz(app)).toEqual({ status: 200, body: { status: 'ready', failing: [] } })
      }, 20_000)
    } finally {
      redis.disconnect()
    }
  }))

async function readyz({ url }: TestApp) {
  const response = await fetch(`${url}/readyz`)
  return { status: response.status, body: await response.json() }
}

async function storeUp({ url }: TestApp): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const values = [...text.matchAll(/^webhook_store_up\{store="(\w+)"\} (\d)$/gm)]
  return Object.fromEntries(values.map(([, store = '', value]) => [store, Number(value)]))
}
