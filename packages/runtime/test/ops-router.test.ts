import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import express from 'express'
import { metrics } from '../src/metrics.ts'
import { type Operations, opsRouter } from '../src/ops-router.ts'

const up = async () => null
const down = async () => 'ECONNREFUSED'

const ask = (operations: Operations, path: string) =>
  use(operations, async (url) => {
    const response = await fetch(url + path)
    return { status: response.status, body: await response.text() }
  })

async function use<T>(operations: Operations, work: (url: string) => Promise<T>): Promise<T> {
  const server = express().use(opsRouter(operations)).listen(0)
  try {
    const { port } = server.address() as AddressInfo
    return await work(`http://127.0.0.1:${port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('what operators ask', () => {
  test('a process is alive, or says why not', async () => {
    expect(await ask({ isAlive: () => true, probes: {} }, '/healthz')).toMatchObject({ status: 200 })
    expect(await ask({ isAlive: () => 'no job finished', probes: {} }, '/healthz')).toEqual({
      status: 503,
      body: '{"status":"stuck","reason":"no job finished"}',
    })
  })

  test('a process that needs all stores is not ready without one, and says why', async () => {
    const probes = { postgres: up, redis: down }
    expect(await ask({ isAlive: () => true, probes }, '/readyz')).toEqual({
      status: 503,
      body: '{"status":"unready","failing":["redis"],"reasons":{"redis":"ECONNREFUSED"}}',
    })
  })

  test('a process that needs any store is ready with one', async () => {
    const probes = { postgres: down, redis: up }
    expect(await ask({ isAlive: () => true, probes, ready: 'any' }, '/readyz')).toEqual({
      status: 200,
      body: '{"status":"ready","failing":["postgres"],"reasons":{"postgres":"ECONNREFUSED"}}',
    })
    expect(await ask({ isAlive: () => true, probes: { redis: down }, ready: 'any' }, '/readyz')).toMatchObject({
      status: 503,
    })
  })

  test('metrics are rendered once for all who ask within a second', async () => {
    let rendered = 0
    const beforeMetrics = async () => {
      rendered += 1
    }
    await use({ isAlive: () => true, probes: {}, beforeMetrics }, async (url) => {
      const started = performance.now()
      const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(`${url}/metrics`)))
      const seconds = (performance.now() - started) / 1000
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(rendered).toBeLessThanOrEqual(1 + seconds)
    })
  })

  test('metrics carry the documented names and the defaults of the process', async () => {
    metrics.requests.inc({ provider: 'stripe', outcome: 'accepted' })
    const { body } = await ask({ isAlive: () => true, probes: {} }, '/metrics')
    expect(body).toContain('webhook_requests_total{provider="stripe",outcome="accepted"} 1')
    expect(body).toContain('process_cpu_seconds_total')
  })
})
