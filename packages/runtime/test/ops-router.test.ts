import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import express from 'express'
import { metrics } from '../src/metrics.ts'
import { type Operations, opsRouter } from '../src/ops-router.ts'

const up = async () => null
const down = async () => 'ECONNREFUSED'

async function ask(operations: Operations, path: string) {
  const server = express().use(opsRouter(operations)).listen(0)
  try {
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    return { status: response.status, body: await response.text() }
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

  test('metrics carry the documented names and the defaults of the process', async () => {
    metrics.requests.inc({ provider: 'stripe', outcome: 'accepted' })
    const { body } = await ask({ isAlive: () => true, probes: {} }, '/metrics')
    expect(body).toContain('webhook_requests_total{provider="stripe",outcome="accepted"} 1')
    expect(body).toContain('process_cpu_seconds_total')
  })
})
