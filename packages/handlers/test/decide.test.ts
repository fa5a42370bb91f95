import { expect, test } from '@jest/globals'
import { decide, handledTypes } from '../src/index.ts'
import { stripe } from './received.ts'

test('an event without a handler is ignored', () => {
  for (const type of ['foo.created', 'constructor', '__proto__', 'invoice.', '']) {
    expect(decide(stripe(type, {}))).toEqual({ outcome: 'ignored', reason: 'no handler for this type' })
  }
})

test('an event of an unknown provider is ignored', () => {
  expect(decide({ ...stripe('invoice.paid', {}), provider: 'toString' })).toMatchObject({ outcome: 'ignored' })
})

test('a thin event is ignored, since it has no object', () => {
  const payload = { object: 'v2.core.event', id: 'evt_1', type: 'v1.invoice.paid' }
  expect(decide({ ...stripe('v1.invoice.paid', {}), payload })).toEqual({
    outcome: 'ignored',
    reason: 'thin event: a handler needs its snapshot event',
  })
})

test('an event without its object is refused', () => {
  for (const payload of [null, [], {}, { data: {} }, { data: { object: null } }]) {
    expect(() => decide({ ...stripe('invoice.paid', {}), payload })).toThrow(
      expect.objectContaining({ code: 'invalid_object' }),
    )
  }
})

test('an event without a time is refused', () => {
  const event = { ...stripe('customer.created', { id: 'cus_1' }), occurredAt: null }
  expect(() => decide(event)).toThrow(expect.objectContaining({ message: 'event: created is missing' }))
})

test('the same event always gives the same decision', () => {
  const event = stripe('customer.subscription.created', { id: 'sub_1', customer: 'cus_1', status: 'active' })
  expect(decide(structuredClone(event))).toEqual(decide(event))
})

test('the list of handled types names each once', () => {
  expect(handledTypes).toContain('invoice.payment_succeeded')
  expect(handledTypes).toContain('prediction.aborted')
  expect(new Set(handledTypes).size).toBe(handledTypes.length)
})
