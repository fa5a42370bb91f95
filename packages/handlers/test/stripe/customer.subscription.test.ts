import { describe, expect, test } from '@jest/globals'
import { factOf, MONDAY, SECOND, stripe } from '../received.ts'

const MONTH_END = SECOND + 30 * 86_400
const monthly = { id: 'price_month', recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' } }
const yearly = { id: 'price_year', recurring: { interval: 'year', interval_count: 1, usage_type: 'licensed' } }
const metered = { id: 'price_calls', recurring: { interval: 'month', interval_count: 1, usage_type: 'metered' } }

const PERIOD_END = new Date(MONTH_END * 1000).toISOString()
const ITEM = {
  id: 'sub_1:0',
  priceId: 'price_month',
  productId: null,
  lookupKey: null,
  quantity: 1,
  usageType: 'licensed',
  unitAmount: null,
  unitAmountDecimal: null,
  currency: null,
  interval: 'month',
  intervalCount: 1,
  currentPeriodEnd: PERIOD_END,
}

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
        currency: null,
        currentPeriodEnd: PERIOD_END,
        cancelAtPeriodEnd: false,
        cancelAt: null,
        canceledAt: null,
        cancellationReason: null,
        trialEnd: null,
        pauseCollection: null,
        collectionMethod: null,
        defaultPaymentMethod: null,
        missingPaymentMethod: null,
        pendingUpdate: false,
        items: [ITEM],
        itemsIncomplete: false,
      },
      previous: {},
    })
  })

  test('has the licensed item with the highest price as its plan, and keeps all items', () => {
    const addOn = { ...yearly, id: 'price_seat', unit_amount: 500 }
    const plan = { ...monthly, id: 'price_plan', unit_amount: 9_900, product: 'prod_1', lookup_key: 'pro' }
    const calls = { ...metered, unit_amount: 99_999 }
    const items = { data: [item(addOn, 7), item(calls), { ...item(plan), id: 'si_plan' }] }
    expect(contentsOf(newShape({ items }))).toMatchObject({
      priceId: 'price_plan',
      interval: 'month',
      quantity: 1,
      items: [
        { id: 'sub_1:0', priceId: 'price_seat', quantity: 7, unitAmount: 500 },
        { id: 'sub_1:1', priceId: 'price_calls', usageType: 'metered' },
        { id: 'si_plan', productId: 'prod_1', lookupKey: 'pro', unitAmount: 9_900, unitAmountDecimal: null },
      ],
    })
  })

  test('has the price of a fraction of a cent, and compares it', () => {
    const half = { ...monthly, unit_amount: null, unit_amount_decimal: '950.5' }
    const items = { data: [item({ ...yearly, unit_amount: 950 }), item(half)] }
    expect(contentsOf(newShape({ items }))).toMatchObject({
      priceId: 'price_month',
      items: [{ unitAmount: 950 }, { unitAmount: null, unitAmountDecimal: '950.5' }],
    })
  })

  test('has no price where it has tiers, and the first licensed item is the plan', () => {
    const tiers = { ...monthly, unit_amount: null, unit_amount_decimal: null }
    expect(
      contentsOf(newShape({ items: { data: [item(tiers), item({ ...yearly, unit_amount: null })] } })),
    ).toMatchObject({
      priceId: 'price_month',
      items: [{ unitAmount: null, unitAmountDecimal: null }, { unitAmount: null }],
    })
  })

  test('accepts quantities and amounts of any size, and a quantity that is no number of things', () => {
    const price = { ...monthly, unit_amount: 13_580_246_790 }
    expect(contentsOf(newShape({ items: { data: [item(price, 13_580_246_790)] } }))).toMatchObject({
      quantity: 13_580_246_790,
      items: [{ quantity: 13_580_246_790, unitAmount: 13_580_246_790 }],
    })
    expect(contentsOf(newShape({ items: { data: [item(price, 1.5)] } }))).toMatchObject({ quantity: null })
  })

  test('has the first end among the periods of its items', () => {
    const items = { data: [{ ...item(yearly), current_period_end: MONTH_END * 1.01 }, item(monthly)] }
    expect(contentsOf(newShape({ items }))?.currentPeriodEnd).toBe(PERIOD_END)
  })

  test.each([
    ['at the end of the period', MONTH_END, true],
    ['before the end of the period', MONTH_END - 86_400, true],
    ['after the end of the period', MONTH_END + 1, false],
  ])('that is canceled at a date %s is told from others', (_when, cancel_at, cancelAtPeriodEnd) => {
    const cancelAt = new Date(cancel_at * 1000).toISOString()
    expect(contentsOf(newShape({ cancel_at }))).toMatchObject({ cancelAt, cancelAtPeriodEnd })
    expect(contentsOf(oldShape({ cancel_at }))).toMatchObject({ cancelAt, cancelAtPeriodEnd })
  })

  test('has its settings for trials, collection and payment', () => {
    const fields = {
      trial_end: MONTH_END,
      trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
      pause_collection: { behavior: 'void', resumes_at: null },
      collection_method: 'send_invoice',
      currency: 'eur',
      default_payment_method: 'pm_1',
      pending_update: { expires_at: MONTH_END },
    }
    expect(contentsOf(newShape(fields))).toMatchObject({
      trialEnd: PERIOD_END,
      missingPaymentMethod: 'pause',
      pauseCollection: 'void',
      collectionMethod: 'send_invoice',
      currency: 'eur',
      defaultPaymentMethod: 'pm_1',
      pendingUpdate: true,
    })
  })

  test('has the names of old API versions: billing, ended_at and default_source', () => {
    const fields = { billing: 'send_invoice', ended_at: MONTH_END, default_source: 'card_1' }
    expect(contentsOf(oldShape({ ...fields, status: 'canceled' }))).toMatchObject({
      collectionMethod: 'send_invoice',
      canceledAt: PERIOD_END,
      defaultPaymentMethod: 'card_1',
    })
  })

  test('says when it has more items than the event', () => {
    const data = Array.from({ length: 10 }, () => item(monthly))
    expect(contentsOf(newShape({ items: { data, has_more: true } }))).toMatchObject({ itemsIncomplete: true })
  })

  test.each(['applied', 'expired'])('is read when its pending update was %s', (ending) => {
    expect(factOfSubscription(`pending_update_${ending}`, newShape())?.contents.status).toBe('active')
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
      links: [{ userId: 'user-1', by: 'metadata' }],
    })
    expect(factOf(event, 'customer')).toMatchObject({ isSubscriber: true })
    expect(factOf(event, 'customer')).not.toHaveProperty('contact')
  })

  test.each(['incomplete', 'incomplete_expired'])('makes nobody a subscriber while it is %s', (status) => {
    const object = newShape({ status, metadata: { user_id: 'user-1' } })
    const fact = factOf(stripe('customer.subscription.updated', object), 'customer')
    expect(fact).toMatchObject({ links: [{ userId: 'user-1', by: 'metadata' }] })
    expect(fact).not.toHaveProperty('isSubscriber')
  })

  test('links its customer since it was created, or since its metadata changed', () => {
    const links = (previous?: unknown) => {
      const object = newShape({ created: SECOND - 60, metadata: { user_id: 'user-1' } })
      return factOf(stripe('customer.subscription.updated', object, previous), 'customer')?.links
    }
    const created = { userId: 'user-1', by: 'metadata', since: new Date((SECOND - 60) * 1000) }
    expect(links()).toEqual([created])
    expect(links({ metadata: { plan: 'old' } })).toEqual([created])
    expect(links({ metadata: { user_id: 'user-2' } })).toEqual([{ userId: 'user-1', by: 'metadata' }])
  })

  test('has the user in its own metadata', () => {
    const event = stripe('customer.subscription.updated', newShape({ metadata: { user_id: 'user-1' } }))
    expect(factOf(event, 'subscription')).toMatchObject({ links: [{ userId: 'user-1', by: 'own' }] })
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
      items: [ITEM],
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
      items: [{ ...ITEM, intervalCount: null, quantity: 2 }],
    })
  })

  test('name every column that changed', () => {
    const previous = { cancel_at: null, pause_collection: { behavior: 'void' }, trial_end: null, pending_update: {} }
    const changed = newShape({ cancel_at: MONTH_END, trial_end: MONTH_END })
    expect(previousOf(changed, previous)).toEqual({
      cancelAt: null,
      cancelAtPeriodEnd: false,
      pauseCollection: 'void',
      trialEnd: null,
      pendingUpdate: true,
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
