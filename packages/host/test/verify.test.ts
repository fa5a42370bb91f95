import { describe, expect, test } from '@jest/globals'
import { type Body, type MessageHeaders, type VerificationFailure, verify } from '../src/index.ts'
import { BODY, headersOf, ID, SECRET, secondsOf } from './signed.ts'

const OTHER = 'whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlc2UgdGVzdHM='

const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000)

test.each<[string, Body]>([
  ['a string', BODY],
  ['a Buffer', Buffer.from(BODY)],
  ['a Uint8Array', new TextEncoder().encode(BODY)],
  ['an ArrayBuffer', new TextEncoder().encode(BODY).buffer],
])('takes the body as %s', (_kind, body) => {
  expect(verify(body, headersOf(), SECRET)).toEqual({ id: ID, ...JSON.parse(BODY) })
})

test.each<[string, MessageHeaders]>([
  ['Headers', new Headers(headersOf())],
  ['headers of Node', { host: 'example.com', 'set-cookie': ['a', 'b'], ...headersOf() }],
  ['headers in capitals', Object.fromEntries(Object.entries(headersOf()).map(([k, v]) => [k.toUpperCase(), v]))],
  ['lists of values', Object.fromEntries(Object.entries(headersOf()).map(([k, v]) => [k, [v]]))],
])('takes %s', (_kind, headers) => {
  expect(verify(BODY, headers, SECRET).type).toBe('customer.linked')
})

test.each<[string, string | string[]]>([
  ['a list', [OTHER, SECRET]],
  ['separated by commas', `${OTHER}, ${SECRET}`],
])('takes several secrets, %s', (_kind, secrets) => {
  expect(verify(BODY, headersOf(), secrets).type).toBe('customer.linked')
})

test('takes one of several signatures, as during a rotation', () => {
  const both = headersOf()
  both['webhook-signature'] = `${headersOf({ secret: OTHER })['webhook-signature']} ${both['webhook-signature']}`
  expect(verify(BODY, both, SECRET).type).toBe('customer.linked')
})

describe('refuses', () => {
  const without = (name: string) => Object.fromEntries(Object.entries(headersOf()).filter(([key]) => key !== name))
  test.each<
    [string, VerificationFailure, RegExp, { body?: Body; headers: MessageHeaders; secret?: string | string[] }]
  >([
    ['no headers', 'missing_header', /webhook-id, webhook-timestamp, webhook-signature/, { headers: {} }],
    ['no id', 'missing_header', /no header webhook-id:/, { headers: without('webhook-id') }],
    ['no signature', 'missing_header', /webhook-signature/, { headers: without('webhook-signature') }],
    ['an empty id', 'missing_header', /webhook-id/, { headers: { ...headersOf(), 'webhook-id': '' } }],
    ['another secret', 'wrong_signature', /secret/, { headers: headersOf({ secret: OTHER }) }],
    ['no right one of several secrets', 'wrong_signature', /secret/, { headers: headersOf(), secret: [OTHER, OTHER] }],
    ['another body', 'wrong_signature', /body/, { headers: headersOf(), body: BODY.replace('1', '2') }],
    ['another id', 'wrong_signature', /signature/, { headers: { ...headersOf(), 'webhook-id': 'customer.linked:2' } }],
    [
      'another time',
      'wrong_signature',
      /signature/,
      { headers: { ...headersOf({ at: ago(1) }), 'webhook-timestamp': secondsOf(ago(2)) } },
    ],
    [
      'a time that is none',
      'wrong_signature',
      /signature/,
      { headers: { ...headersOf(), 'webhook-timestamp': 'now' } },
    ],
    ['a signature that is none', 'wrong_signature', /./, { headers: { ...headersOf(), 'webhook-signature': 'v1' } }],
    ['another scheme', 'wrong_signature', /./, { headers: { ...headersOf(), 'webhook-signature': 'v1a,AAAA' } }],
    ['an old message', 'too_old', /five minutes old/, { headers: headersOf({ at: ago(6) }) }],
    [
      'an old message, of several secrets',
      'too_old',
      /old/,
      { headers: headersOf({ at: ago(6) }), secret: [OTHER, SECRET] },
    ],
    ['a message of the future', 'too_new', /future/, { headers: headersOf({ at: ago(-6) }) }],
    ['what is no JSON', 'not_json', /JSON/, { headers: headersOf({ body: 'hello' }), body: 'hello' }],
  ])('%s', (_kind, failure, message, { body = BODY, headers, secret = SECRET }) => {
    expect(() => verify(body, headers, secret)).toThrow(
      expect.objectContaining({ name: 'VerificationError', failure, message: expect.stringMatching(message) }),
    )
  })
})

test.each<[string, unknown, unknown, RegExp]>([
  ['a parsed body', JSON.parse(BODY), SECRET, /before it is parsed/],
  ['no body', undefined, SECRET, /before it is parsed/],
  ['no secret', BODY, undefined, /HOST_WEBHOOK_SECRET/],
  ['an empty secret', BODY, '', /HOST_WEBHOOK_SECRET/],
  ['a secret that is none', BODY, 'whsec_*', /base64/],
])('a mistake of the caller is no VerificationError: %s', (_kind, body, secret, message) => {
  expect(() => verify(body as Body, headersOf(), secret as string)).toThrow(
    expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(message) }),
  )
})
