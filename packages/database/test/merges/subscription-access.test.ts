import { expect, test } from '@jest/globals'
import type { SubscriptionItem } from '@sluice/events'
import { accessRulesOf, givesPremium } from '../../src/merges/subscription-access.ts'
import { subscriptionItem as item } from '../subscription-item.ts'

const FREE = item({ unitAmount: 0 })

const gives = (items: SubscriptionItem[], named?: string[], itemsIncomplete = false) =>
  givesPremium({ items, itemsIncomplete }, { pastDueIsActive: true, ...(named && { premiumPrices: new Set(named) }) })

test('every price above zero gives PREMIUM, unless the settings name others', () => {
  expect(gives([item({})])).toBe(true)
  expect(gives([FREE])).toBe(false)
  expect(gives([FREE, item({ unitAmount: null, unitAmountDecimal: '0.5' })])).toBe(true)
  expect(gives([item({ unitAmount: null, unitAmountDecimal: '0.00' })])).toBe(false)
})

test('a price that is unknown, as with tiers, gives PREMIUM', () => {
  expect(gives([item({ unitAmount: null, unitAmountDecimal: null })])).toBe(true)
})

test.each(['price_1', 'prod_1', 'pro'])('the settings may name a price, a product or a lookup key: %s', (name) => {
  const named = item({ lookupKey: 'pro' })
  expect(gives([FREE, named], ['other', name])).toBe(true)
  expect(gives([item({ priceId: 'price_2', productId: 'prod_2' })], ['other', name])).toBe(false)
})

test('a price of zero that the settings name gives PREMIUM', () => {
  expect(gives([FREE], ['price_1'])).toBe(true)
})

test('items that are not known give PREMIUM', () => {
  expect(gives([FREE], undefined, true)).toBe(true)
  expect(gives([], ['price_2'])).toBe(true)
  expect(givesPremium(undefined, { pastDueIsActive: true })).toBe(true)
})

test('other settings have another fingerprint, and equal settings the same', () => {
  const of = (pastDueIsActive: boolean, ...names: string[]) =>
    accessRulesOf({ pastDueIsActive, ...(names.length > 0 && { premiumPrices: new Set(names) }) }, {})
  expect(of(true, 'a', 'b')).toBe(of(true, 'b', 'a'))
  expect(new Set([of(true), of(false), of(true, 'a'), of(true, 'b'), of(false, 'a')]).size).toBe(5)
})
