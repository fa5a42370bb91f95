import { describe, expect, test } from '@jest/globals'
import { stripe } from '../../src/index.ts'
import { NOW, receive, stripeEvent, stripeSample, verify } from '../samples.ts'

const { secret, body } = stripeSample
const header = stripe.sign(body, secret, { at: NOW })['stripe-signature'] ?? ''
const [timestamp = '', signature = ''] = header.split(',')
const wrong = `v1=${'0'.repeat(64)}`
const taken = (changes: Record<string, unknown>) => receive(stripeSample, JSON.stringify(stripeEvent(changes)))
const about = (object: Record<string, unknown>) => taken({ data: { object } })

describe('the signature header', () => {
  test.each([
    ['the right one second, as while a secret is rotated', `${timestamp},${wrong},${signature}`],
    ['a scheme of the future beside it', `${timestamp},v2=abc,${signature},v0=abc`],
  ])('%s is taken', (_what, value) => {
    expect(verify(stripe, body, { 'stripe-signature': value }, [secret])).toBeDefined()
  })

  test.each([
    ['garbage', 'garbage', 'malformed_header'],
    ['an empty v1', `${timestamp},v1=`, 'malformed_header'],
    ['a v1 without a value', `${timestamp},v1`, 'malformed_header'],
    ['the right signature as v0', `${timestamp},${signature.replace('v1', 'v0')}`, 'malformed_header'],
    ['no timestamp', signature, 'malformed_header'],
    ['two timestamps', `${timestamp},${timestamp},${signature}`, 'malformed_header'],
    ['a timestamp that is no number', `t=NaN,${signature}`, 'malformed_header'],
    ['a timestamp with letters behind', `${timestamp}abc,${signature}`, 'malformed_header'],
    ['a negative timestamp', `t=-5,${signature}`, 'malformed_header'],
    ['spaces after the commas', `${timestamp}, ${signature}`, 'malformed_header'],
    ['upper-case hex', `${timestamp},v1=${signature.slice(3).toUpperCase()}`, 'no_matching_signature'],
    [
      'the right one after many guesses',
      `${timestamp},${`${wrong},`.repeat(200)}${signature}`,
      'no_matching_signature',
    ],
  ])('%s is refused', (_what, value, reason) => {
    expect(() => verify(stripe, body, { 'stripe-signature': value }, [secret])).toThrow(
      expect.objectContaining({ code: 'invalid_signature', reason }),
    )
  })
})

describe('a snapshot event', () => {
  test('is named', () => {
    expect(taken({ account: 'acct_1' })).toMatchObject({
      eventId: 'evt_1',
      type: 'customer.subscription.updated',
      account: 'acct_1',
      livemode: false,
      apiVersion: '2026-10-28.endive',
      occurredAt: new Date(1_795_000_000_000),
      orderingKey: 'stripe:acct_1:cus_1',
      customerId: 'cus_1',
      subscriptionId: 'sub_1',
    })
  })

  test.each([
    ['its customer', { id: 'in_1', customer: 'cus_9' }, 'stripe::cus_9'],
    ['its customer, expanded', { id: 'in_1', customer: { id: 'cus_9', object: 'customer' } }, 'stripe::cus_9'],
    ['the customer that it is', { id: 'cus_9', object: 'customer' }, 'stripe::cus_9'],
    ['its object when it has no customer', { id: 'prod_1', customer: null }, 'stripe::prod_1'],
    ['itself when its object has no id', { object: 'invoice' }, 'stripe::evt_1'],
  ])('waits for events of %s', (_what, object, orderingKey) => {
    expect(about(object).orderingKey).toBe(orderingKey)
  })

  test.each([
    [
      'since 2025-03-31.basil',
      { parent: { subscription_details: { subscription: 'sub_new' } }, subscription: 'sub_old' },
    ],
    ['before', { parent: null, subscription: 'sub_new' }],
    ['expanded', { subscription: { id: 'sub_new', object: 'subscription' } }],
  ])('of an invoice tells its subscription where it is kept %s', (_what, object) => {
    expect(about({ object: 'invoice', ...object }).subscriptionId).toBe('sub_new')
  })

  test.each([
    ['its account', { account: 'acct_1' }, 'acct_1'],
    [
      'its account, although the context begins with the platform',
      { account: 'acct_1', context: 'acct_9/acct_1' },
      'acct_1',
    ],
    ['the account of its context', { context: 'acct_1' }, 'acct_1'],
    ['the account at the end of its context', { context: 'org_1/acct_1' }, 'acct_1'],
    ['the connected account in its context', { context: 'org_1/acct_9/acct_1' }, 'acct_1'],
    ['no account when its context is an organisation', { context: 'org_1' }, null],
    ['no account when its context is another thing', { context: { id: 1 } }, null],
  ])('belongs to %s', (_what, changes, account) => {
    const object = { id: 'in_1', object: 'invoice', customer: 'cus_1' }
    expect(taken({ ...changes, data: { object } })).toMatchObject({
      account,
      orderingKey: `stripe:${account ?? ''}:cus_1`,
    })
  })

  test.each([
    { request: 'req_1' },
    { api_version: null },
    { api_version: 5, livemode: 'yes', account: {} },
    { data: { object: {} } },
    { data: { object: { object: 'invoice', customer: 'cus_\0\ud800', subscription: 'x'.repeat(9999) } } },
  ])('of another shape is taken: %j', (changes) => {
    expect(taken(changes)).toMatchObject({ eventId: 'evt_1' })
  })

  test('text that Postgres cannot hold is cleaned, and cut to what an index takes', () => {
    const event = about({ object: 'invoice', customer: 'cus_\0\ud800', subscription: 'x'.repeat(9999) })
    expect(event.customerId).toBe('cus_\ufffd')
    expect(event.subscriptionId).toHaveLength(255)
  })

  test.each([
    { data: undefined },
    { data: { object: [] } },
    { created: '1795000000' },
    { created: 1.5 },
    { created: -1 },
    { created: 1e18 },
    { object: 'v2.core.event' },
    { object: 'list' },
  ])('with %j is none', (changes) => {
    expect(() => taken(changes)).toThrow('not_an_event')
  })

  test.each([{ id: '' }, { id: 'evt_\0' }, { type: 'a\nb' }, { id: 'x'.repeat(256) }, { type: '\ud800' }])(
    'that cannot be named is refused: %j',
    (changes) => {
      expect(() => taken(changes)).toThrow('bad_identifier')
    },
  )
})

describe('a thin event', () => {
  const thin = (changes: Record<string, unknown>) =>
    receive(
      stripeSample,
      JSON.stringify({
        id: 'evt_2',
        object: 'v2.core.event',
        type: 'v1.customer.subscription.updated',
        created: '2026-08-10T16:24:41.328027017Z',
        livemode: true,
        related_object: { id: 'sub_1', type: 'subscription', url: '/v1/subscriptions/sub_1' },
        ...changes,
      }),
    )

  test('is named', () => {
    expect(thin({ context: 'org_1/acct_1' })).toMatchObject({
      eventId: 'evt_2',
      account: 'acct_1',
      livemode: true,
      occurredAt: new Date('2026-08-10T16:24:41.328Z'),
      orderingKey: 'stripe:acct_1:sub_1',
      customerId: null,
      subscriptionId: 'sub_1',
    })
  })

  test('may have no object', () => {
    expect(thin({ related_object: null }).orderingKey).toBe('stripe::evt_2')
  })

  test.each(['yesterday', 1_795_000_000, ''])('created %j is none', (created) => {
    expect(() => thin({ created })).toThrow('not_an_event')
  })
})
