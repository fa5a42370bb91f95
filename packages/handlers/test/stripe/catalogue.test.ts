import { describe, expect, test } from '@jest/globals'
import { effectsOf, factOf, MONDAY, stripe } from '../received.ts'

const origin = { account: null, livemode: false, occurredAt: MONDAY }

describe('a product', () => {
  const product = { id: 'prod_1', name: 'Pro', active: true, metadata: { features: 'exports' } }
  const contentsOf = (type: string, object: object) => factOf(stripe(`product.${type}`, object), 'product')?.contents

  test('has its name, whether it is sold, and its metadata', () => {
    expect(factOf(stripe('product.created', product), 'product')).toEqual({
      ...origin,
      kind: 'product',
      productId: 'prod_1',
      contents: { name: 'Pro', active: true, metadata: { features: 'exports' }, deleted: false },
    })
    expect(effectsOf(stripe('product.created', product))).toEqual([])
  })

  test('is deleted by the type of its event, and changed by its object', () => {
    expect(contentsOf('deleted', product)).toMatchObject({ deleted: true })
    expect(contentsOf('updated', { ...product, active: false })).toMatchObject({ active: false, deleted: false })
    expect(contentsOf('updated', { id: 'prod_1' })).toMatchObject({ name: null, active: true, metadata: {} })
  })
})

describe('a price', () => {
  const price = {
    id: 'price_1',
    product: 'prod_1',
    active: true,
    currency: 'usd',
    lookup_key: 'pro',
    unit_amount: 1_900,
    unit_amount_decimal: '1900',
    recurring: { interval: 'month', interval_count: 3, usage_type: 'licensed' },
  }
  const fact = (type: string, object: object, previous?: object) => factOf(stripe(type, object, previous), 'price')

  test('has what it costs, how often, and its lookup key', () => {
    expect(fact('price.created', price)).toEqual({
      ...origin,
      kind: 'price',
      priceId: 'price_1',
      object: 'price',
      lookupKeys: ['pro'],
      contents: {
        productId: 'prod_1',
        lookupKey: 'pro',
        unitAmount: 1_900,
        unitAmountDecimal: null,
        currency: 'usd',
        interval: 'month',
        intervalCount: 3,
        usageType: 'licensed',
        active: true,
        deleted: false,
      },
    })
  })

  test('names the lookup key that it lost', () => {
    expect(fact('price.updated', { ...price, lookup_key: null }, { lookup_key: 'pro' })).toMatchObject({
      lookupKeys: ['pro'],
      contents: { lookupKey: null },
    })
  })

  test('may be paid once, cost a fraction of a cent, have tiers or a large amount', () => {
    const contentsOf = (fields: object) => fact('price.created', { ...price, ...fields })?.contents
    expect(contentsOf({ recurring: null })).toMatchObject({ interval: null, usageType: null })
    expect(contentsOf({ unit_amount: null, unit_amount_decimal: '0.5' })).toMatchObject({
      unitAmount: null,
      unitAmountDecimal: '0.5',
    })
    expect(contentsOf({ unit_amount: null, unit_amount_decimal: null })).toMatchObject({ unitAmountDecimal: null })
    expect(contentsOf({ unit_amount: 13_580_246_790, unit_amount_decimal: undefined })).toMatchObject({
      unitAmount: 13_580_246_790,
      unitAmountDecimal: null,
    })
  })

  test('is read from a plan, as older accounts know it', () => {
    const plan = { id: 'gold', amount: 1_900, currency: 'usd', interval: 'year', interval_count: 1, product: 'prod_1' }
    expect(fact('plan.created', plan)).toMatchObject({
      priceId: 'gold',
      object: 'plan',
      lookupKeys: [],
      contents: { unitAmount: 1_900, interval: 'year', usageType: 'licensed', active: true, deleted: false },
    })
    expect(fact('plan.deleted', plan)?.contents.deleted).toBe(true)
  })
})

describe('the active entitlements of a customer', () => {
  const TYPE = 'entitlements.active_entitlement_summary.updated'
  const summary = (data: object[], has_more = false) => ({ customer: 'cus_1', entitlements: { data, has_more } })
  const contentsOf = (object: object) => factOf(stripe(TYPE, object), 'entitlementSummary')?.contents

  test('are the lookup keys of their features', () => {
    const data = [
      { feature: 'feat_2', lookup_key: 'teams' },
      { feature: { id: 'feat_1' }, lookup_key: 'exports' },
    ]
    expect(contentsOf(summary(data))).toEqual({ features: ['exports', 'teams'], incomplete: false })
    expect(factOf(stripe(TYPE, summary(data)), 'customer')).toMatchObject({ customerId: 'cus_1' })
  })

  test('may be none, lack a lookup key, or be more than the event carries', () => {
    expect(contentsOf(summary([]))).toEqual({ features: [], incomplete: false })
    expect(contentsOf(summary([{ feature: 'feat_1' }], true))).toEqual({ features: ['feat_1'], incomplete: true })
  })

  test('without a customer are refused', () => {
    expect(() => contentsOf({ entitlements: { data: [] } })).toThrow('entitlement summary: customer')
  })
})
