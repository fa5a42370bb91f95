import { describe, expect, test } from '@jest/globals'
import { factOf, MONDAY, SECOND, stripe } from '../received.ts'

const MONTH_END = SECOND + 30 * 86_400
const monthly = { id: 'price_month', recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' } }
const yearly = { id: 'price_year', recurring: { interval: 'year', interval_count: 1, usage_type: 'licensed' } }
const metered = { id: 'price_calls', recurring: { interval: 'month', interval_count: 1, usage_type: 'metered' } }

const item = (price: object, quantity = 1) => ({ price, quantity, current_period_end: MONTH_END })

const newShape = (fields: object = {}) => ({
  id: 'sub_1',
  customer: 'cus_1',
  status: 'active',
  items: { data: [item(monthly)] },
  cancel_at_period_end: false,
  canceled_at: null,
  metadata: {},
  ...fields,
})

const oldShape = (fields: object = {}) => ({
  id: 'sub_1',
  customer: 'cus_1',
  status: 'active',
  plan: { id: 'price_month', interval: 'month', interval_count: 1 },
  quantity: 1,
  current_period_end: MONTH_END,
  cancel_at_period_end: false,
  canceled_at: null,
  ...fields,
})

const factOfSubscription = (type: string, object: object, previous?: object) =>
  factOf(stripe(`customer.subscription.${type}`, object, previous), 'subscription')

const contentsOf = (object: object) => factOfSubscription('created', object)?.contents
const previousOf = (object: object, previous: object) => factOfSubscription('updated', object, previous)?.previous

describe('a subscription', () => {
  test.each([
    ['new', newShape()],
    ['old', oldShape()],
    ['old, rendered late, with both', { ...oldShape(), ...newShape() }],
  ])('gives the same facts in its %s shape', (_shape, object) => {
    expect(factOfSubscription('created', object)).toEqual({
      kind: 'subscription',
      account: null,
      livemode: false,
      occurredAt: MONDAY,
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
      contents: {
        status: 'active',
        priceId: 'price_month',
        quantity: 1,
        interval: 'month',
        intervalCount: 1,
        currentPeriodEnd: new Date(MONTH_END * 1000).toISOString(),
        cancelAtPeriodEnd: false,
        canceledAt: null,
      },
      previous: {},
    })
  })

  test('has the plan of the first item that is not metered', () => {
    const items = { data: [item(metered), item(yearly, 3)] }
    expect(contentsOf(newShape({ items }))).toMatchObject({ priceId: 'price_year', interval: 'year', quantity: 3 })
  })

  test('has the plan of the first item if all are metered', () => {
    expect(contentsOf(newShape({ items: { data: [item(metered)] } }))).toMatchObject({ priceId: 'price_calls' })
  })

  test('accepts a status and an interval that do not exist yet', () => {
    const items = { data: [item({ id: 'price_1', recurring: { interval: 'fortnight' } })] }
    expect(contentsOf(newShape({ status: 'napping', items }))).toMatchObject({
      status: 'napping',
      interval: 'fortnight',
    })
  })

  test('links its customer to the user in its metadata', () => {
    const event = stripe('customer.subscription.created', newShape({ metadata: { user_id: 'user-1' } }))
    expect(factOf(event, 'customer')).toMatchObject({
      customerId: 'cus_1',
      link: { userId: 'user-1', by: 'metadata' },
    })
    expect(factOf(event, 'customer')).not.toHaveProperty('contact')
  })

  test('that is deleted has ended, whatever its body says', () => {
    expect(factOfSubscription('deleted', newShape())?.contents.status).toBe('canceled')
    const expired = newShape({ status: 'incomplete_expired' })
    expect(factOfSubscription('deleted', expired)?.contents.status).toBe('incomplete_expired')
  })

  test.each([
    ['id', { id: undefined }, 'subscription: id is not of type string'],
    ['customer', { customer: 7 }, 'subscription: customer is not valid'],
    ['status', { status: null }, 'subscription: status is not of type string'],
  ])('without its %s is refused with the names of its fields, and no values', (_field, fields, message) => {
    const event = stripe('customer.subscription.created', newShape({ ...fields, metadata: { secret: 'value' } }))
    expect(() => factOf(event, 'subscription')).toThrow(expect.objectContaining({ code: 'invalid_object', message }))
  })
})

describe('the previous values of an update', () => {
  test('are the old values of the columns', () => {
    expect(previousOf(newShape(), { status: 'incomplete' })).toEqual({ status: 'incomplete' })
  })

  test('are read from the items, like the present ones', () => {
    const previous = { items: { data: [item(monthly)] } }
    expect(previousOf(newShape({ items: { data: [item(yearly)] } }), previous)).toEqual({
      priceId: 'price_month',
      interval: 'month',
    })
  })

  test('are read from the plan, which old versions name alone', () => {
    const object = oldShape({ plan: yearly, items: { data: [item(yearly)] } })
    const previous = { plan: { id: 'price_month', interval: 'month' }, quantity: 2 }
    expect(previousOf(object, previous)).toEqual({
      priceId: 'price_month',
      interval: 'month',
      intervalCount: null,
      quantity: 2,
    })
  })

  test('are empty if no column changed', () => {
    expect(previousOf(newShape({ metadata: { a: '1' } }), { metadata: { a: null }, latest_invoice: 'in_1' })).toEqual(
      {},
    )
  })

  test('are empty if the past cannot be read', () => {
    expect(previousOf(newShape(), { status: 7 })).toEqual({})
  })

  test.each(['paused', 'resumed'])('are in %s events too', (type) => {
    expect(factOfSubscription(type, newShape({ status: type }), { status: 'active' })).toMatchObject({
      contents: { status: type },
      previous: { status: 'active' },
    })
  })

  test('are empty for a subscription that has ended', () => {
    expect(factOfSubscription('deleted', newShape(), { status: 'active' })?.previous).toEqual({})
  })
})
