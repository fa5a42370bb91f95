import { describe, expect, test } from '@jest/globals'
import type { VerifiedEvent } from '@sluice/events'
import { eventIn, toData } from '../src/event-job.ts'
import { jobIdOf } from '../src/names.ts'

const EVENT: VerifiedEvent = {
  provider: 'stripe',
  eventId: 'evt_1',
  type: 'invoice.paid',
  account: null,
  livemode: false,
  apiVersion: null,
  occurredAt: new Date('2026-11-20T10:00:00Z'),
  orderingKey: 'stripe:in_1',
  customerId: 'cus_1',
  subscriptionId: null,
  headers: {},
  rawBody: Buffer.from([0x7b, 0x00, 0xff, 0x7d]),
}
const IDS = { provider: 'stripe', eventId: 'evt_1', type: 'invoice.paid' }
const throughRedis = <T>(data: T): T => JSON.parse(JSON.stringify(data))

describe('a job', () => {
  test('carries ids, and the row where it is known', () => {
    expect(toData(IDS)).toEqual({ provider: 'stripe', eventId: 'evt_1' })
    expect(toData({ ...IDS, id: '7' })).toEqual({ provider: 'stripe', eventId: 'evt_1', id: '7' })
    expect(eventIn(toData(IDS))).toBeUndefined()
  })

  test.each([EVENT, { ...EVENT, occurredAt: null }])('carries an event to its last byte', (event) => {
    expect(eventIn(throughRedis(toData({ ...IDS, event })))).toEqual({ verdict: 'unsigned', event })
  })
})

describe('the id of a job', () => {
  test('is made of the event’s, so that the same event has the same job', () => {
    expect(jobIdOf('stripe', 'evt_1')).toBe('stripe-evt_1')
    expect(jobIdOf('replicate', 'evt_1')).toBe('replicate-evt_1')
  })

  test.each(['evt:1', '', 'é', 'x'.repeat(201)])('has a hash in the place of "%s", which BullMQ may refuse', (id) => {
    expect(jobIdOf('stripe', id)).toMatch(/^stripe-h[0-9a-f]{64}$/)
    expect(jobIdOf('stripe', id)).toBe(jobIdOf('stripe', id))
    expect(jobIdOf('stripe', id)).not.toBe(jobIdOf('stripe', `${id}:`))
  })
})
