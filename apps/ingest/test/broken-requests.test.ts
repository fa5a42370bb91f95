import { once } from 'node:events'
import net from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { drip, raw } from './raw.ts'
import { fromStripe, stripeEvent } from './requests.ts'
import { type TestIngest, withIngest } from './with-ingest.ts'

describe('bytes that are not a request, or not all of one', () => {
  const head = (lines: string) =>
    `POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${lines}\r\n\r\n`
  const signedHead = (lines: string) =>
    head(`Stripe-Signature: ${fromStripe().headers['stripe-signature']}\r\n${lines}`)
  const refusedRaw = async ({ port }: TestIngest, chunks: (string | Buffer)[], options = {}) => {
    return parsedRaw(await raw(port, chunks, options))
  }
  const parsedRaw = (text: string) => ({ status: Number(text.split(' ')[1]), body: text.split('\r\n\r\n')[1] })

  test('12 a body over the limit is refused on its announcement, and when it comes unannounced', () =>
    withIngest({}, async (ingest) => {
      const tooLarge = { status: 413, body: '{"error":"payload_too_large"}' }
      expect(await refusedRaw(ingest, [signedHead('Content-Length: 1048577')])).toEqual(tooLarge)
      const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`
      const chunks = Array<string>(17).fill(chunk)
      expect(await refusedRaw(ingest, [signedHead('Transfer-Encoding: chunked'), ...chunks])).toEqual(tooLarge)
      const large = stripeEvent({ text: 'x'.repeat(2_000_000) })
      expect(await ingest.send('/webhooks/stripe', fromStripe(large))).toMatchObject({ status: 413 })
      expect(await ingest.send('/webhooks/stripe', fromStripe())).toMatchObject({ status: 200 })
    }))

  test('13 a body that never comes to its end, and a sender who drips, are given ten seconds', () =>
    withIngest({}, async (ingest) => {
      const started = Date.now()
      const timeout = { status: 408, body: '{"error":"request_timeout"}' }
      const starts = [signedHead('Content-Length: 100'), 'POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nX: ', 'POST /']
      const drippers = starts.flatMap((start) => Array.from({ length: 100 }, () => drip(ingest.port, start)))
      const cut = refusedRaw(ingest, [signedHead('Content-Length: 100'), '{"id":'])
      expect(await ingest.send('/webhooks/stripe', fromStripe())).toMatchObject({ status: 200 })
      expect(await cut).toEqual(timeout)
      const answers = (await Promise.all(drippers)).map(parsedRaw)
      expect([...new Set(answers.map(({ status }) => status))]).toEqual([408])
      expect(Date.now() - started).toBeLessThan(15_000)
      expect(await ingest.rows()).toHaveLength(1)
    }))

  test('13 a body that is cut is a timeout', () =>
    withIngest({}, async (ingest) => {
      const answer = await refusedRaw(ingest, [signedHead('Content-Length: 100'), '{"id":'], { end: true })
      expect(answer).toEqual({ status: 408, body: '{"error":"request_timeout"}' })
    }))

  test('a head that is cut is a timeout', () =>
    withIngest({}, async (ingest) => {
      const answer = await refusedRaw(ingest, ['POST /webhooks/stripe HTTP/1.1\r\nHost'], { end: true })
      expect(answer).toEqual({ status: 408, body: '{"error":"request_timeout"}' })
    }))

  test('a sender that breaks off in the middle of a head is answered by nobody, and others are', () =>
    withIngest({}, async (ingest) => {
      const broken = once(ingest.server.http, 'clientError')
      ingest.server.http.once('connection', (socket) => socket.once('data', () => client.resetAndDestroy()))
      const client = net.connect(ingest.port, '127.0.0.1', () => client.write('POST /web'))
      expect(await broken).toMatchObject([{ code: 'ECONNRESET' }, { destroyed: true }])
      expect(await ingest.send('/webhooks/stripe', fromStripe())).toMatchObject({ status: 200 })
    }))

  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a header without end', `POST / HTTP/1.1\r\nHost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`],
    ['two lengths', head('Content-Length: 1\r\nContent-Length: 2')],
    ['a length and chunks', head('Content-Length: 5\r\nTransfer-Encoding: chunked')],
    ['an unknown expectation', head('Expect: the-unexpected\r\nContent-Length: 0')],
  ])('%s is answered with 400 in JSON', (_what, text) =>
    withIngest({}, async (ingest) => {
      const { status, body } = await refusedRaw(ingest, [text], { until: '}' })
      expect({ status, error: JSON.parse(body ?? '') }).toEqual({
        status: 400,
        error: { error: expect.stringMatching(/^invalid_(payload|signature)$/) },
      })
    }),
  )

  test('garbage on one connection leaves the others alone', () =>
    withIngest({}, async (ingest) => {
      await Promise.all(Array.from({ length: 20 }, () => raw(ingest.port, ['\x16\x03\x01garbage\r\n\r\n'])))
      expect(await ingest.send('/webhooks/stripe', fromStripe())).toMatchObject({ status: 200 })
    }))
})
