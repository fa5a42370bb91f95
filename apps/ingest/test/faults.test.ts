import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { stripe } from '@sluice/providers'
import { createLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import express from 'express'
import { createBodyBudget } from '../src/body-budget.ts'
import { webhook } from '../src/webhook.ts'
import { fromStripe } from './requests.ts'
import { SETTINGS, withIngest } from './with-ingest.ts'

const fault = () => {
  throw new TypeError('jane@example.com is not a function')
}

test('an internal error while an event is recorded is answered with 503, and its text is not disclosed', async () => {
  const logger = createLogger('ingest')
  for (const transport of logger.transports) transport.silent = true
  const lines: Record<string, unknown>[] = []
  logger.on('data', (line) => lines.push(line))
  const record = async () => fault()
  const connections = { protect: () => {}, unprotect: () => {} }
  const deliveries = { note: () => {}, flush: async () => {} }
  const parts = { rateLimit: async () => null, budget: createBodyBudget(), connections, deliveries, verified: () => {} }
  const handler = webhook(stripe, { ...parts, settings: SETTINGS, logger, record })
  const server = express().post('/', handler).listen(0)
  try {
    const { port } = server.address() as AddressInfo
    const { body, headers } = fromStripe()
    const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: String(body), headers })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30'])
    expect(await response.text()).toBe('{"error":"unavailable"}')
    expect(lines).toMatchObject([
      {
        message: 'Internal error in webhook request',
        provider: 'stripe',
        reason: expect.stringMatching(/^TypeError at faults\.test\.ts:\d+$/),
      },
      { message: 'Webhook refused', outcome: 'unavailable', reason: 'unexpected' },
    ])
    expect(JSON.stringify(lines)).not.toContain('jane')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('a fault of ours anywhere else is 503 as well, never a 500', () =>
  withIngest({}, async ({ send }) => {
    const requests = metrics.registry.getSingleMetric('webhook_requests_total')
    Object.assign(requests ?? {}, { collect: fault })
    const answer = await send('/metrics', { method: 'GET' })
    expect(answer).toMatchObject({ status: 503, body: { error: 'unavailable' } })
    expect(answer.headers.get('retry-after')).toBe('30')
  }))
