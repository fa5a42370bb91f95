import { describe, expect, test } from '@jest/globals'
import type { VerifiedEvent } from '@sluice/events'
import { type EventJobData, toData } from '../src/event-job.ts'
import { createEventSigner, eventIn, hasIds } from '../src/index.ts'

const EVENT: VerifiedEvent = {
  provider: 'stripe',
  eventId: 'evt_1',
  type: 'invoice.paid',
  account: null,
  livemode: false,
  apiVersion: '2026-10-28.endive',
  occurredAt: new Date('2026-11-20T10:00:00Z'),
  orderingKey: 'stripe:in_1',
  customerId: 'cus_1',
  subscriptionId: null,
  headers: { 'user-agent': 'Stripe/1.0' },
  rawBody: Buffer.from('{"amount":100}'),
}

const signer = createEventSigner(['whsec_1'])
const jobOf = (event: VerifiedEvent): EventJobData =>
  JSON.parse(JSON.stringify(toData({ ...event, event, signature: signer.sign(event) })))
const carried = (change: object) => {
  const data = jobOf(EVENT)
  return { ...data, event: { ...data.event, ...change } } as EventJobData
}

test('an event that ingest signed verifies, with the key that signed it and the time of its arrival', () => {
  const receivedAt = expect.any(Number)
  expect(eventIn(jobOf(EVENT))).toEqual({ verdict: 'signed', event: EVENT, key: signer.publicKey, receivedAt })
})

describe('an event does not verify', () => {
  const CHANGES: Record<keyof VerifiedEvent, unknown[]> = {
    provider: ['replicate'],
    eventId: ['evt_2'],
    type: ['invoice.voided', null],
    account: ['acct_1', undefined],
    livemode: [true, null],
    apiVersion: ['2020-08-27'],
    occurredAt: ['2026-11-20T10:00:01.000Z', null, 'never', 7],
    orderingKey: ['stripe:in_2'],
    customerId: ['cus_2', ['cus_1']],
    subscriptionId: ['sub_1', 'null'],
    headers: [{}, { 'user-agent': 'Stripe/1.1' }, null],
    rawBody: [Buffer.from('{"amount":900}').toString('base64'), '', null, 7],
  }
  const changes = Object.entries(CHANGES).flatMap(([field, values]) => values.map((value) => [field, value] as const))

  test.each(changes)('with another %s: %j', (field, value) => {
    const alone = eventIn(carried({ [field]: value }))
    const withIds = eventIn({ ...carried({ [field]: value }), ...(value ? { [field]: value } : {}) } as EventJobData)
    expect([alone, withIds]).toEqual([{ verdict: 'malformed' }, { verdict: 'malformed' }])
  })

  test.each([
    { receivedAt: Date.now() + 1 },
    { key: createEventSigner(['whsec_2']).publicKey },
    { key: 'unsigned' },
    { key: null },
    { value: '' },
    { value: null },
  ])('with another signature: %j', (change) => {
    const data = jobOf(EVENT)
    const signature = { ...data.signature, ...change } as EventJobData['signature']
    expect(eventIn({ ...data, signature } as EventJobData)).toEqual({ verdict: 'malformed' })
  })

  test('under the id of another event', () => {
    expect(eventIn({ ...jobOf(EVENT), eventId: 'evt_2' })).toEqual({ verdict: 'malformed' })
  })

  test.each([null, 7, 'text', [], {}])('when it is %j', (event) => {
    expect(eventIn({ ...jobOf(EVENT), event } as unknown as EventJobData)).toEqual({ verdict: 'malformed' })
  })
})

test('without a signature it is reported as unsigned, and never as signed', () => {
  const { signature: _, ...data } = jobOf(EVENT)
  expect(eventIn(data)).toEqual({ verdict: 'unsigned', event: EVENT })
})

test('the key follows from the signing secrets, in any order, so that a restart keeps it', () => {
  const key = (...secrets: string[]) => createEventSigner(secrets).publicKey
  expect(key('whsec_a', 'whsec_b')).toBe(key('whsec_b', 'whsec_a'))
  expect(key('whsec_a')).not.toBe(key('whsec_b'))
  expect(key()).not.toBe(key())
})

test.each([
  null,
  'text',
  7,
  {},
  { provider: 'stripe' },
  { provider: 'stripe', eventId: 7 },
  { provider: [], eventId: 'x' },
  { provider: 'stripe', eventId: '' },
  { provider: 'stripe', eventId: 'evt_\0' },
  { provider: 'stripe', eventId: 'evt_\ud800' },
  { provider: 'stripe', eventId: 'x'.repeat(256) },
])('data that no part of Sluice writes is told: %j', (data) => expect(hasIds(data)).toBe(false))
