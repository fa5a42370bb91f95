import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stripe } from '@sluice/providers'
import { type Borrowed, borrow, eventually } from '@sluice/testing'
import { raw } from './raw.ts'
import { changed, fromReplicate, fromStripe, hmac, nowSeconds, prediction, stripeEvent } from './requests.ts'
import { SECRETS, type TestIngest, withIngest } from './with-ingest.ts'

/** One ingest for all tests of this file; each looks for rows of its own. */
let ingest: TestIngest
let borrowed: Borrowed<TestIngest>

beforeAll(async () => {
  borrowed = await borrow((use) => withIngest({ rateLimitPerMinute: 0 }, use))
  ingest = borrowed.value
})
afterAll(() => borrowed.release())

const path = '/webhooks/stripe'
const event = (id: string) => stripeEvent({ id })
const rowsNamed = async (id: string) => (await ingest.rows()).filter(({ event_id }) => event_id === id)
const stillServes = async (id: string) =>
  expect(await ingest.send(path, fromStripe(event(id)))).toMatchObject({ status: 200, body: { duplicate: false } })

describe('a header of 13 KiB full of signatures', () => {
  const body = event('evt_many')
  const guesses = `,v1=${'0'.repeat(64)}`.repeat(193)
  const at = nowSeconds()
  const header = `t=${at}${guesses}`
  const flood = changed(fromStripe(body), { 'stripe-signature': header })

  test('costs less than a millisecond of the processor', () => {
    const request = { headers: flood.headers, body: Buffer.from(body) }
    const attempt = () => stripe.verify(request, [SECRETS.stripe], { toleranceSeconds: 300 })
    expect(Buffer.byteLength(header)).toBeGreaterThan(13_000)
    expect(attempt).toThrow('no_matching_signature')
    expect(cpuMilliseconds(attempt, 500)).toBeLessThan(1)
  })

  test('is refused two hundred times at once, also with the right one at its end, and who comes between is served', async () => {
    const late = changed(fromStripe(body), { 'stripe-signature': `${header},v1=${hmac(body, SECRETS.stripe, at)}` })
    const answers = await Promise.all([
      ...Array.from({ length: 200 }, () => ingest.send(path, flood)),
      ingest.send(path, late),
      stillServes('evt_between'),
    ])
    const statuses = answers.slice(0, 201).map((answer) => answer?.status)
    expect([...new Set(statuses)]).toEqual([400])
    expect(await rowsNamed('evt_many')).toEqual([])
  })
})

/** Of this process, for one of so many calls; what else the machine does is not in it. */
function cpuMilliseconds(call: () => void, times: number): number {
  const before = process.cpuUsage()
  for (let time = 0; time < times; time += 1) {
    try {
      call()
    } catch {}
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / times
}

describe('a body that is not what it says', () => {
  const head = (body: string, lines: string[]) =>
    [
      `POST ${path} HTTP/1.1`,
      'Host: x',
      ...Object.entries(fromStripe(body).headers).map((pair) => pair.join(': ')),
      ...lines,
      '\r\n',
    ].join('\r\n')

  test('and is longer than announced is what was announced: the rest is no request', async () => {
    const body = event('evt_short')
    const rest = event('evt_rest')
    const text = await raw(ingest.port, [head(body, [`Content-Length: ${body.length}`]), body + rest])
    expect(statusesIn(text)).toEqual([400])
    await eventually(async () => expect(await rowsNamed('evt_short')).toMatchObject([{ raw_body: Buffer.from(body) }]))
    expect(await rowsNamed('evt_rest')).toEqual([])
  })

  test('and comes in chunks is what they hold, byte by byte', async () => {
    const body = event('evt_chunks')
    const chunks = [...body].map((one) => `1\r\n${one}\r\n`)
    const lines = ['Transfer-Encoding: chunked', 'Connection: close']
    expect(statusesIn(await raw(ingest.port, [head(body, lines), ...chunks, '0\r\n\r\n']))).toEqual([200])
    expect(await rowsNamed('evt_chunks')).toMatchObject([{ raw_body: Buffer.from(body) }])
  })

  test.each([
    ['has no number', 'zz\r\n{}\r\n0\r\n\r\n'],
    ['has a negative one', '-2\r\n{}\r\n0\r\n\r\n'],
    ['overflows', 'ffffffffffffffff1\r\n{}\r\n0\r\n\r\n'],
    ['is longer than it says', '1\r\n{}\r\n0\r\n\r\n'],
  ])('and whose chunk %s is refused', async (_what, chunks) => {
    expect(statusesIn(await raw(ingest.port, [head('{}', ['Transfer-Encoding: chunked']), chunks]))).toEqual([400])
    await stillServes(`evt_after_chunk_${_what}`)
  })

  test.each(['-1', '0x10', '1e3', '1, 2', '99999999999999999999', ''])(
    'and announces "%s" bytes is refused',
    async (length) => {
      const text = await raw(ingest.port, [head('{}', [`Content-Length: ${length}`, 'Connection: close']), '{}'])
      expect(statusesIn(text)).toEqual([400])
    },
  )
})

test('a body that would grow to 200 MiB is not unpacked, whatever it is said to be packed with', async () => {
  const bomb = fromStripe(gzipSync(Buffer.alloc(200 * 1024 * 1024, '{')))
  const before = process.resourceUsage().maxRSS
  const answers = await Promise.all(
    ['gzip', 'x-gzip', 'deflate', 'br', 'identity, gzip', 'GZIP'].map((encoding) =>
      ingest.send(path, changed(bomb, { 'content-encoding': encoding })),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(415))
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(100 * 1024)
})

describe('a body whose type is not told as JSON', () => {
  test.each([undefined, '', 'text/plain', '*/*', 'application/jsonp', 'application/json, text/html', 'multipart/x'])(
    'but as %p is refused, and leaves no row',
    async (type) => {
      const given = changed(fromStripe(event('evt_untyped')), { 'content-type': type })
      expect(await ingest.send(path, given)).toMatchObject({ status: 415, body: { error: 'unsupported_media_type' } })
      expect(await rowsNamed('evt_untyped')).toEqual([])
    },
  )
})

/**
 * Two readers of one stream of bytes that disagree where a request ends let a stranger put words into another's mouth
 * (https://datatracker.ietf.org/doc/html/rfc9112#section-11.2). What can be read in two ways ends its connection.
 */
describe('bytes that two readers could cut differently', () => {
  const hidden = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
  const smuggling = (lines: string, body: string) => `POST ${path} HTTP/1.1\r\nHost: x\r\n${lines}\r\n\r\n${body}`

  test.each([
    ['a length before chunks', smuggling('Content-Length: 6\r\nTransfer-Encoding: chunked', `0\r\n\r\n${hidden}`)],
    ['chunks before a length', smuggling('Transfer-Encoding: chunked\r\nContent-Length: 4', `0\r\n\r\n${hidden}`)],
    ['two lengths', smuggling('Content-Length: 0\r\nContent-Length: 40', hidden)],
    ['a list of lengths', smuggling('Content-Length: 0, 40', hidden)],
    ['a length with a sign', smuggling('Content-Length: +0', hidden)],
    ['chunks by another name', smuggling('Transfer-Encoding: xchunked', `0\r\n\r\n${hidden}`)],
    ['chunks that are not last', smuggling('Transfer-Encoding: chunked, identity', `0\r\n\r\n${hidden}`)],
    ['chunks twice', smuggling('Transfer-Encoding: chunked\r\nTransfer-Encoding: x', `0\r\n\r\n${hidden}`)],
    ['a space before the colon', smuggling('Transfer-Encoding : chunked', `0\r\n\r\n${hidden}`)],
    ['a space before a name', smuggling('X: y\r\n Content-Length: 40', hidden)],
    ['a folded line', smuggling('Transfer-Encoding:\r\n chunked', `0\r\n\r\n${hidden}`)],
    ['a vertical tab', smuggling('Transfer-Encoding:\vchunked', `0\r\n\r\n${hidden}`)],
    ['a nul', smuggling('X: a\0b\r\nContent-Length: 0', hidden)],
    ['a bare carriage return', smuggling('X: a\rContent-Length: 40', hidden)],
    ['bare line feeds in the head', smuggling('X: y\nContent-Length: 0', '').replaceAll('\r\n', '\n') + hidden],
    ['one bare line feed', smuggling('X: y\nTransfer-Encoding: chunked', `0\r\n\r\n${hidden}`)],
    ['bare line feeds between chunks', smuggling('Transfer-Encoding: chunked', `2\n{}\n0\n\n${hidden}`)],
    ['an extension with a line feed', smuggling('Transfer-Encoding: chunked', `2;a\nb\r\n{}\r\n0\r\n\r\n${hidden}`)],
  ])('%s: one answer, and no second request', async (_what, bytes) => {
    const text = await raw(ingest.port, [bytes], { until: 'alive' })
    expect(statusesIn(text)).toEqual([400])
    expect(text).not.toContain('alive')
  })

  test('a request in the body of another is its body', async () => {
    const text = await raw(ingest.port, [smuggling(`Content-Length: ${hidden.length}`, hidden), hidden], {
      until: 'alive',
    })
    expect(statusesIn(text)).toEqual([400, 200])
  })
})

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))

describe('the same bytes, kept by a stranger', () => {
  const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000)

  test('are a duplicate ten seconds later, and refused after five minutes or from the future', async () => {
    const body = event('evt_kept')
    const kept = fromStripe(body, secondsAgo(10))
    expect(await ingest.send(path, kept)).toMatchObject({ status: 200, body: { duplicate: false } })
    expect(await ingest.send(path, kept)).toMatchObject({ status: 200, body: { duplicate: true } })
    for (const seconds of [302, -310]) {
      expect(await ingest.send(path, fromStripe(body, secondsAgo(seconds)))).toMatchObject({ status: 400 })
    }
    expect(await rowsNamed('evt_kept')).toHaveLength(1)
  })

  test('of one provider say nothing to the other', async () => {
    const given = fromReplicate(prediction({ id: 'evt_other' }))
    expect(await ingest.send(path, given)).toMatchObject({ status: 400, body: { error: 'invalid_signature' } })
  })
})

describe('what an answer tells of us', () => {
  const told = async (method: string, to: string, given: object = {}) => {
    const { status, headers, body } = await ingest.send(to, { method, ...given })
    return { status, body, headers: Object.fromEntries([...headers].filter(([name]) => name !== 'date')) }
  }
  const shown = (body: object) => ({
    ...HELMET,
    connection: 'keep-alive',
    'content-type': 'application/json',
    'content-length': String(JSON.stringify(body).length),
    'keep-alive': 'timeout=65',
  })

  test.each<[string, string, object, number, object, Record<string, string>]>([
    ['POST', path, fromStripe(event('evt_told')), 200, { received: true, duplicate: false }, {}],
    ['POST', path, { body: '{}', headers: {} }, 400, { error: 'invalid_signature' }, {}],
    ['POST', path, fromStripe('nope'), 400, { error: 'invalid_payload' }, {}],
    ['PUT', path, {}, 405, { error: 'method_not_allowed' }, { allow: 'POST' }],
    ['POST', '/webhooks/paypal', {}, 404, { error: 'unknown_provider' }, {}],
    ['GET', '/.env', {}, 404, { error: 'unknown_provider' }, {}],
    ['GET', '/%ff', {}, 404, { error: 'unknown_provider' }, {}],
  ])('%s %s %#: these headers, this body, and nothing else', async (method, to, given, status, body, more) => {
    expect(await told(method, to, given)).toEqual({ status, body, headers: { ...shown(body), ...more } })
  })

  test('bytes that are no HTTP get less', async () => {
    expect(await raw(ingest.port, ['nonsense\r\n\r\n'])).toBe(
      'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 27\r\nConnection: close\r\n\r\n{"error":"invalid_payload"}',
    )
  })
})

/** The headers that https://helmetjs.github.io sets. A version that sets another header fails here. */
const HELMET = {
  'content-security-policy': expect.stringContaining("default-src 'self'"),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
}
