import { describe, expect, test } from '@jest/globals'
import { type RefusalCode, RefusalError } from '@sluice/events'
import { answer, refusalHeaders } from '../src/answer.ts'
import { exchange, head } from './exchange.ts'

describe('an answer', () => {
  test('is JSON with its length, and the connection may be used again', async () => {
    const text = await exchange(
      (request, response) => answer(request, response, 405, { error: 'ünknown' }, { Allow: 'POST' }),
      [head()],
      { until: '}' },
    )
    expect(text).toMatch(/^HTTP\/1.1 405 Method Not Allowed\r\nAllow: POST\r\nContent-Type: application\/json\r\n/)
    expect(text).toMatch(/\r\nContent-Length: 20\r\n[\s\S]*\r\nConnection: keep-alive\r\n[\s\S]*{"error":"ünknown"}$/)
  })

  test('that leaves a body unread is whole before the connection closes, though the sender sends on', async () => {
    const started = performance.now()
    const text = await exchange(
      (request, response) => answer(request, response, 413, { error: 'payload_too_large' }),
      [head('Content-Length: 100000\r\n'), 'x'.repeat(50_000)],
    )
    expect(text).toMatch(/^HTTP\/1.1 413 [\s\S]*\r\nConnection: close\r\n[\s\S]*{"error":"payload_too_large"}$/)
    expect(performance.now() - started).toBeGreaterThan(400)
  })

  test('that leaves a body unread ends the connection as soon as the rest has come', async () => {
    const started = performance.now()
    await exchange(
      (request, response) => answer(request, response, 413, { error: 'payload_too_large' }),
      [head('Content-Length: 70000\r\n'), 'x'.repeat(70_000)],
    )
    expect(performance.now() - started).toBeLessThan(400)
  })

  test('that leaves little unread discards it, and the next request on the connection is answered', async () => {
    let requests = 0
    const text = await exchange(
      (request, response) => {
        requests += 1
        answer(request, response, 400, { error: `refused ${requests}` })
      },
      [head('Content-Length: 1000\r\n'), 'x'.repeat(1000), head()],
      { until: 'refused 2' },
    )
    expect(text).toMatch(/refused 1[\s\S]*Connection: keep-alive[\s\S]*refused 2/)
  })

  test('is given once: what comes later changes nothing', async () => {
    const text = await exchange(
      (request, response) => {
        answer(request, response, 200, { received: true })
        answer(request, response, 503, { error: 'unavailable' })
      },
      [head()],
      { until: '}' },
    )
    expect(text).toMatch(/^HTTP\/1.1 200 [^{]*{"received":true}$/)
  })
})

test.each<[RefusalCode, object]>([
  ['method_not_allowed', { Allow: 'POST' }],
  ['unavailable', { 'Retry-After': 30 }],
  ['not_configured', { 'Retry-After': 30 }],
  ['invalid_signature', {}],
])('a refusal for %s carries %j', (code, headers) => {
  expect(refusalHeaders(new RefusalError(code, 'x'))).toEqual(headers)
})
