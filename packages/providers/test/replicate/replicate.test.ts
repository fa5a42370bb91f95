import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { replicate } from '../../src/index.ts'
import { NOW, prediction, receive, replicateSample, verify } from '../samples.ts'

const { secret, body } = replicateSample
const headers = replicate.sign(body, secret, { id: 'msg_1', at: NOW })
const signature = headers['webhook-signature'] ?? ''
const taken = (changes: Record<string, unknown>) => receive(replicateSample, JSON.stringify(prediction(changes)))

test('a prediction is named', () => {
  expect(verify(replicate, body, headers, [secret])).toMatchObject({
    provider: 'replicate',
    eventId: 'msg_1',
    type: 'prediction.succeeded',
    occurredAt: new Date('2026-11-20T11:59:59.123Z'),
    orderingKey: 'replicate:pred1',
    account: null,
    livemode: null,
    customerId: null,
  })
})

test('a training is recognized by its URL', () => {
  const urls = { get: 'https://api.replicate.com/v1/trainings/pred1' }
  expect(taken({ urls }).type).toBe('training.succeeded')
})

test.each([
  [{ status: 'queued' }, 'prediction.queued'],
  [{ urls: null }, 'prediction.succeeded'],
  [{ urls: undefined, output: null }, 'prediction.succeeded'],
  [{ status: 'aborted', completed_at: null }, 'prediction.aborted'],
])('a prediction with %j is %s', (changes, type) => {
  expect(taken(changes).type).toBe(type)
})

test.each([
  [{ completed_at: '2026-11-20T11:00:00Z' }, '2026-11-20T11:00:00.000Z'],
  [{ completed_at: null, started_at: '2026-11-20T11:00:00.1Z' }, '2026-11-20T11:00:00.100Z'],
  [{ completed_at: 'soon' }, '2026-11-20T11:59:00.123Z'],
])('with %j happened at %s', (changes, occurredAt) => {
  expect(taken(changes).occurredAt?.toISOString()).toBe(occurredAt)
})

test('without any time the time is not known', () => {
  expect(taken({ completed_at: null, created_at: 5 }).occurredAt).toBeNull()
})

describe('the signature header', () => {
  test.each([
    ['a wrong one, one of another version and the right one', `v1,AAAA v2,${signature.slice(3)} ${signature}`],
    ['an asymmetric one beside it', `v1a,AAAA ${signature}`],
  ])('%s is taken', (_what, value) => {
    expect(verify(replicate, body, { ...headers, 'webhook-signature': value }, [secret])).toBeDefined()
  })

  test.each([
    ['another version', { 'webhook-signature': signature.replace('v1', 'v2') }],
    ['no version', { 'webhook-signature': signature.slice(3) }],
    ['a cut signature', { 'webhook-signature': signature.slice(0, 9) }],
    ['a timestamp in words', { 'webhook-timestamp': 'abc' }],
    ['a timestamp with a fraction', { 'webhook-timestamp': `${headers['webhook-timestamp']}.0` }],
    ['another id', { 'webhook-id': 'msg_2' }],
  ])('%s is refused', (_what, changes) => {
    expect(() => verify(replicate, body, { ...headers, ...changes }, [secret])).toThrow(
      expect.objectContaining({ code: 'invalid_signature' }),
    )
  })

  test('the names of another sender do not count', () => {
    const renamed = Object.entries(headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value])
    expect(() => verify(replicate, body, Object.fromEntries(renamed), [secret])).toThrow('missing_header')
  })
})

describe('without a secret, outside production', () => {
  const unsigned = (given: Record<string, string>) => verify(replicate, body, given, [], { allowUnsigned: true })

  test('a request is taken under its id', () => {
    expect(unsigned({ 'webhook-id': 'msg_7' }).eventId).toBe('msg_7')
  })

  test('or, when it has none, under one made from its body', () => {
    expect(unsigned({}).eventId).toBe(`unsigned-${createHash('sha256').update(body).digest('hex')}`)
  })
})

test('an id that is too long for a row is refused, signed as it is', () => {
  const id = 'm'.repeat(256)
  const signed = replicate.sign(body, secret, { id, at: NOW })
  expect(() => verify(replicate, body, signed, [secret])).toThrow('bad_identifier')
})
