import { expect, test } from '@jest/globals'
import Stripe from 'stripe'
import { API_VERSION } from '../../../src/stripe/api/fetched-event.ts'
import { fetchedEvent } from '../../../src/stripe/api/index.ts'

const INVOICE = { id: 'in_1', object: 'invoice', customer: 'cus_1', subscription: 'sub_1' }
const ORIGIN = { id: 'evt_1', type: 'invoice.paid', livemode: false, account: 'acct_1', cause: 'evt_thin' }

test('is the snapshot event that Stripe would have made of the object at that second', () => {
  const event = fetchedEvent(ORIGIN, INVOICE, new Date('2026-01-01T00:00:00Z'))

  expect(event).toMatchObject({
    provider: 'stripe',
    eventId: 'evt_1',
    type: 'invoice.paid',
    account: 'acct_1',
    livemode: false,
    occurredAt: new Date('2026-01-01T00:00:00Z'),
    orderingKey: 'stripe:acct_1:cus_1',
    customerId: 'cus_1',
    subscriptionId: 'sub_1',
    headers: { 'sluice-fetched-for': 'evt_thin' },
  })
  expect(JSON.parse(event.rawBody.toString())).toEqual({
    id: 'evt_1',
    object: 'event',
    account: 'acct_1',
    api_version: event.apiVersion,
    created: 1_767_225_600,
    data: { object: INVOICE },
    livemode: false,
    request: null,
    type: 'invoice.paid',
  })
  expect(event.apiVersion).toMatch(/^\d{4}-\d\d-\d\d/)
})

test('of one’s own account names none', () => {
  const event = fetchedEvent({ ...ORIGIN, account: null }, INVOICE, new Date())
  expect(event.account).toBeNull()
  expect(JSON.parse(event.rawBody.toString())).not.toHaveProperty('account')
})

test('names the API version of the SDK', () => expect(API_VERSION).toBe(Stripe.API_VERSION))
