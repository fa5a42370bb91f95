import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { entitlementSummaryMerge } from '../../src/merges/entitlement-summary.ts'
import { priceMerge } from '../../src/merges/price.ts'
import { productMerge } from '../../src/merges/product.ts'
import { entitlements, price, product } from '../facts.ts'
import { columnsAfter, itMerges, origin, second, word, wordOrNull } from './merge-laws.ts'

itMerges(
  'product',
  productMerge,
  fc
    .tuple(
      second,
      fc.record({
        ...origin,
        contents: fc.record({ name: wordOrNull, active: fc.boolean(), deleted: fc.boolean() }),
      }),
    )
    .map((said) => product(...said)),
)

itMerges(
  'price',
  priceMerge,
  fc
    .tuple(
      second,
      fc.record({
        ...origin,
        object: fc.constantFrom('price' as const, 'plan' as const),
        lookupKeys: fc.uniqueArray(word, { maxLength: 2 }),
        contents: fc.record({ lookupKey: wordOrNull, active: fc.boolean(), deleted: fc.boolean() }),
      }),
    )
    .map((said) => price(...said)),
)

itMerges(
  'entitlement summary',
  entitlementSummaryMerge,
  fc
    .tuple(second, fc.uniqueArray(word), fc.record(origin))
    .map(([when, features, fact]) => entitlements(when, features.sort(), fact)),
)

describe('a price', () => {
  const plan = { object: 'plan' as const }

  test('has the fields of the price, also where the event of its plan is later', () => {
    const of = price(1, { contents: { lookupKey: 'pro', unitAmount: 1_900 } })
    expect(columnsAfter(priceMerge, of, price(2, { ...plan, contents: { unitAmount: 9 } }))).toMatchObject({
      lookup_key: 'pro',
      unit_amount: 1_900,
    })
  })

  test('has the fields of its plan while no event of the price is known', () => {
    expect(columnsAfter(priceMerge, price(1, plan))).toMatchObject({ unit_amount: 1_000, active: true })
  })

  test('keeps the lookup keys that it had, in every order', () => {
    const before = price(1, { contents: { lookupKey: 'pro' } })
    expect(columnsAfter(priceMerge, before, price(2))).toMatchObject({ lookup_key: null, lookup_keys: ['pro'] })
    expect(columnsAfter(priceMerge, price(2, { lookupKeys: ['pro'] }))).toMatchObject({ lookup_keys: ['pro'] })
  })

  test('that is deleted is not active, whichever event says so', () => {
    const deleted = { contents: { deleted: true } }
    expect(columnsAfter(priceMerge, price(1, deleted), price(2))).toMatchObject({ active: false })
    expect(columnsAfter(priceMerge, price(1, { ...plan, ...deleted }), price(2))).toMatchObject({ active: false })
    expect(columnsAfter(productMerge, product(1, deleted), product(2))).toMatchObject({ active: false })
  })
})
