import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import {
  changed,
  fromReplicate,
  fromStripe,
  type Given,
  hmac,
  nowSeconds,
  prediction,
  stripeEvent,
} from './requests.ts'
import { SECRETS, withIngest } from './with-ingest.ts'

/** Invalid requests and the whole answer: status, code and, by default, no row. */
type Case = [what: string, given: Given, status: number, error: string]

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000)
const body = stripeEvent()
const signed = fromStripe(body)
const withHeader = (header: string, text = body): Given =>
  changed(fromStripe(text), { 'stripe-signature': header.replaceAll('<now>', String(nowSeconds())) })
const signedText = (text: string): Case => [`signed: ${text.slice(0, 40)}`, fromStripe(text), 400, 'invalid_payload']
const nested = (levels: number) => stripeEvent().replace('{', `{"deep":${'['.repeat(levels)}${']'.repeat(levels)},`)

const STRIPE: Case[] = [
  ['2 no signature', changed(signed, { 'stripe-signature': undefined }), 400, 'invalid_signature'],
  ['2 no signature on text', { body, headers: { 'content-type': 'text/plain' } }, 400, 'invalid_signature'],
  ['3 a garbage signature', withHeader('garbage'), 400, 'invalid_signature'],
  ['3 an empty signature', withHeader(''), 400, 'invalid_signature'],
  ['4 an empty v1', withHeader('t=<now>,v1='), 400, 'invalid_signature'],
  ['4 a v1 without a value', withHeader('t=<now>,v1'), 400, 'invalid_signature'],
  ['5 the right one as v0', withHeader(`t=<now>,v0=${hmac(body)}`), 400, 'invalid_signature'],
  ['6 a changed byte', { ...signed, body: body.replace('active', 'bctive') }, 400, 'invalid_signature'],
  ['6 the same JSON again', { ...signed, body: JSON.stringify(JSON.parse(body), null, 2) }, 400, 'invalid_signature'],
  ['7 five minutes and more old', fromStripe(body, secondsAgo(302)), 400, 'invalid_signature'],
  ['8 from the future', fromStripe(body, secondsAgo(-600)), 400, 'invalid_signature'],
  [
    '10 another secret',
    withHeader(`t=<now>,v1=${hmac(body, 'whsec_of_another_environment')}`),
    400,
    'invalid_signature',
  ],
  ['14 gzip', changed(fromStripe(gzipSync(body)), { 'content-encoding': 'gzip' }), 415, 'unsupported_encoding'],
  ['15 text', changed(signed, { 'content-type': 'text/plain' }), 415, 'unsupported_media_type'],
  ['16 an empty body', fromStripe(''), 400, 'invalid_payload'],
  ...['nope', body.slice(0, -9), '{"id":"evt_1",}'].map(signedText),
  ...['null', '[]', '5', '{}', '{"object":"event"}'].map(signedText),
  ...[{ data: undefined }, { created: 'now' }, { id: 5 }, { type: null }].map((less) => signedText(stripeEvent(less))),
  ...[{ id: 'evt_\0' }, { id: 'e'.repeat(256) }, { type: 'a\nb' }].map((named) => signedText(stripeEvent(named))),
  [
    '20 an envelope of a cloud, unsigned',
    { body: `{"detail":${body}}`, headers: { 'content-type': 'application/json' } },
    400,
    'invalid_signature',
  ],
  ['20 an envelope of a cloud, signed', fromStripe(`{"id":"x","detail":${body}}`), 400, 'invalid_payload'],
  ['27 5,000 nested arrays', fromStripe(nested(5000)), 400, 'invalid_payload'],
  [
    '27 bytes that are not UTF-8',
    fromStripe(Buffer.from(body.replace('active', '\xff'), 'latin1')),
    400,
    'invalid_payload',
  ],
]

const replicated = fromReplicate(prediction(), { id: 'msg_1' })
const REPLICATE: Case[] = [
  ...['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name): Case => [`29 no ${name}`, changed(replicated, { [name]: undefined }), 400, 'invalid_signature'],
  ),
  ...[{ 'webhook-timestamp': 'abc' }, { 'webhook-timestamp': `${nowSeconds()}.0` }, { 'webhook-id': 'msg_2' }].map(
    (changes): Case => [`29 ${JSON.stringify(changes)}`, changed(replicated, changes), 400, 'invalid_signature'],
  ),
  [
    '29 another version',
    changed(replicated, { 'webhook-signature': replicated.headers['webhook-signature']?.replace('v1', 'v2') }),
    400,
    'invalid_signature',
  ],
  ['29 too old', fromReplicate(prediction(), { at: secondsAgo(302) }), 400, 'invalid_signature'],
  ['29 from the future', fromReplicate(prediction(), { at: secondsAgo(-600) }), 400, 'invalid_signature'],
  [
    '29 names of another sender',
    {
      body: replicated.body,
      headers: Object.fromEntries(
        Object.entries(replicated.headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]),
      ),
    },
    400,
    'invalid_signature',
  ],
  ['30 no id', fromReplicate(prediction({ id: undefined })), 400, 'invalid_payload'],
]

test('what is wrong is refused with its code, echoes nothing and leaves nothing', () =>
  withIngest({}, async ({ send, rows, jobs }) => {
    const cases = [
      ...STRIPE.map((one) => ({ path: '/webhooks/stripe', one })),
      ...REPLICATE.map((one) => ({ path: '/webhooks/replicate', one })),
    ]
    for (const { path, one } of cases) {
      const [what, given, status, error] = one
      const answer = await send(path, given)
      expect({ what, status: answer.status, body: answer.body }).toEqual({ what, status, body: { error } })
      expect(answer.headers.get('content-type')).toBe('application/json')
    }
    expect(await rows()).toEqual([])
    expect(await jobs()).toBe(0)
  }))

/** Unusual requests that are valid: each becomes one row with its exact bytes. */
const TAKEN: [what: string, path: string, given: Given][] = [
  ['the route of version 1', '/api/v1/webhooks/stripe', fromStripe()],
  ['the route of before', '/api/webhook/stripe', fromStripe()],
  ['a query', '/webhooks/stripe?customId=1', fromStripe()],
  ['9 the right signature second', '/webhooks/stripe', withHeader(`t=<now>,v1=${'0'.repeat(64)},v1=${hmac(body)}`)],
  ['7 four minutes old', '/webhooks/stripe', fromStripe(stripeEvent(), secondsAgo(240))],
  ['15 a charset', '/webhooks/stripe', changed(fromStripe(), { 'content-type': 'Application/JSON;charset=utf-8' })],
  [
    '19 a thin event',
    '/webhooks/stripe',
    fromStripe(
      '{"id":"evt_1","object":"v2.core.event","type":"v1.invoice.paid","created":"2026-11-20T00:00:00.123456789Z"}',
    ),
  ],
  ['21 an unknown type', '/webhooks/stripe', fromStripe(stripeEvent({ type: 'foo.created' }))],
  ['22 the other mode', '/webhooks/stripe', fromStripe(stripeEvent({ livemode: true, account: 'acct_unknown' }))],
  [
    '26 odd envelopes',
    '/webhooks/stripe',
    fromStripe(stripeEvent({ request: 'req_1', api_version: null, data: { object: { object: 'invoice' } } })),
  ],
  [
    '27 what JSON allows and Postgres does not',
    '/webhooks/stripe',
    fromStripe(
      stripeEvent({ account: 'acct_\0\ud800', data: { object: { customer: 'cus_\0', text: '\ud800' } } }).replace(
        '{',
        '{"__proto__":{"x":1},"constructor":1,"big":1e400,"n":9007199254740993,',
      ),
    ),
  ],
  ['27 deep, but below the limit', '/webhooks/stripe', fromStripe(nested(450))],
  ['30 an unknown status', '/api/v1/webhooks/replicate', fromReplicate(prediction({ status: 'queued' }))],
  ['30 no output', '/webhooks/replicate', fromReplicate()],
  [
    'a body of 3 MiB from Replicate',
    '/webhooks/replicate',
    fromReplicate(prediction({ output: 'x'.repeat(3_000_000) })),
  ],
]

const atLimit = stripeEvent({ pad: '' })
TAKEN.push([
  'a body of exactly 1 MiB from Stripe',
  '/webhooks/stripe',
  fromStripe(stripeEvent({ pad: 'x'.repeat(1_048_576 - atLimit.length) })),
])

describe('what is right is recorded with its exact bytes and queued', () => {
  test.each(TAKEN)('%s', (_what, path, given) =>
    withIngest({}, async ({ send, rows, jobs }) => {
      expect(await send(path, given)).toMatchObject({ status: 200, body: { received: true, duplicate: false } })
      expect((await rows()).map(({ raw_body }) => String(raw_body))).toEqual([String(given.body)])
      expect(await jobs()).toBe(1)
      expect({}).not.toHaveProperty('x')
    }),
  )
})

test('23 the same event again, and fifty times at once, is one row and one job', () =>
  withIngest({}, async ({ send, rows, jobs }) => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('/webhooks/stripe', fromStripe())))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50)
    expect(answers.filter(({ body }) => !(body as { duplicate: boolean }).duplicate)).toHaveLength(1)
    expect(await send('/webhooks/stripe', fromStripe())).toMatchObject({ body: { received: true, duplicate: true } })
    expect([(await rows()).length, await jobs()]).toEqual([1, 1])
  }))

test('24 another event about the same object is another row; the provider may use the same id as another one', () =>
  withIngest({}, async ({ send, rows }) => {
    for (const id of ['evt_1', 'evt_2']) await send('/webhooks/stripe', fromStripe(stripeEvent({ id })))
    const again = { id: 'evt_1' }
    expect(await send('/webhooks/replicate', fromReplicate(prediction(), again))).toMatchObject({
      body: { duplicate: false },
    })
    expect(await send('/webhooks/replicate', fromReplicate(prediction(), again))).toMatchObject({
      body: { duplicate: true },
    })
    expect(await rows()).toHaveLength(3)
  }))

describe('requests that are not for us', () => {
  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('1 %s is not a method of a webhook', (method) =>
    withIngest({}, async ({ send, rows }) => {
      const answer = await send('/webhooks/stripe', { method })
      expect([answer.status, answer.headers.get('allow'), answer.body]).toEqual([
        405,
        'POST',
        { error: 'method_not_allowed' },
      ])
      expect(await rows()).toEqual([])
    }),
  )

  test.each(['/webhooks/paypal', '/webhooks', '/', '/%ff', '/webhooks/stripe/../../etc', '/api/webhook/replicate'])(
    '%s is nobody',
    (path) =>
      withIngest({}, async ({ send }) => {
        expect(await send(path, fromStripe())).toMatchObject({ status: 404, body: { error: 'unknown_provider' } })
      }),
  )

  test('11 without a secret nothing is taken', () =>
    withIngest({ secrets: {} }, async ({ send, rows }) => {
      for (const path of ['/webhooks/stripe', '/webhooks/replicate']) {
        const answer = await send(path, fromStripe())
        expect(answer).toMatchObject({ status: 503, body: { error: 'not_configured' } })
        expect(answer.headers.get('retry-after')).toBe('30')
      }
      expect(await rows()).toEqual([])
    }))

  test('outside production Replicate may come unsigned, Stripe never', () =>
    withIngest({ secrets: {}, production: false }, async ({ send, rows }) => {
      const headers = { 'content-type': 'application/json' }
      const unsigned = { body: prediction(), headers }
      expect(await send('/webhooks/replicate', unsigned)).toMatchObject({ status: 200, body: { duplicate: false } })
      expect(await send('/webhooks/replicate', unsigned)).toMatchObject({ status: 200, body: { duplicate: true } })
      expect(await send('/webhooks/stripe', { body, headers })).toMatchObject({ status: 503 })
      expect((await rows()).map(({ event_id }) => event_id)).toEqual([expect.stringMatching(/^unsigned-[0-9a-f]{64}$/)])
    }))

  test('a stranger is refused on the routes that name their senders, whatever he signs', () =>
    withIngest(
      { trustProxy: 1, allowedAddresses: { stripe: ['3.18.12.63', '10.0.0.0/8', '2001:db8::/32'] } },
      async ({ send }) => {
        const from = (address: string, given: Given) => changed(given, { 'x-forwarded-for': address })
        for (const address of ['3.18.12.64', '3.18.12.64:443', '2001:db9::1', '[2001:db9::1]:443', 'nonsense']) {
          const answer = await send('/webhooks/stripe', from(address, fromStripe()))
          expect(answer).toMatchObject({ status: 403, body: { error: 'forbidden' } })
          expect(await send('/webhooks/replicate', from(address, fromReplicate()))).toMatchObject({ status: 200 })
        }
        for (const address of ['3.18.12.63', '3.18.12.63:51234', '10.9.8.7', '2001:db8::1', '[2001:db8::1]:443']) {
          expect(await send('/webhooks/stripe', from(address, fromStripe()))).toMatchObject({ status: 200 })
        }
        const forged = { body, headers: { 'content-type': 'application/json', 'stripe-signature': 't=1,v1=0' } }
        expect(await send('/webhooks/stripe', from('10.9.8.7', forged))).toMatchObject({ status: 400 })
      },
    ))
})

test('no answer carries what was sent, nor the secret', () =>
  withIngest({}, async ({ send }) => {
    const forged = changed(fromStripe(stripeEvent({ id: 'evt_canary' })), { 'stripe-signature': 't=1,v1=canary' })
    const answer = await send('/webhooks/stripe?canary', forged)
    expect(JSON.stringify([answer.body, [...answer.headers]])).not.toMatch(/canary|Express/)
    expect(JSON.stringify(answer.body)).not.toContain(SECRETS.stripe)
  }))
