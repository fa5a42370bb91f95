import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { customerMerge } from '../../src/merges/customer.ts'
import { MERGES, mergeOf } from '../../src/merges/index.ts'
import { invoiceMerge } from '../../src/merges/invoice.ts'
import { eachOrigin, givesAccess, type Origin, ofOneOrigin, originRules } from '../../src/merges/stripe.ts'
import { subscriptionMerge } from '../../src/merges/subscription.ts'
import { accessRulesOf } from '../../src/merges/subscription-access.ts'
import * as facts from '../facts.ts'
import { columnsAfter, columnsUnder } from './merge-laws.ts'

const LIVE = { account: null, livemode: true }
const { at, customer, invoiceSaid, subscription } = facts
const TEST = { account: null, livemode: false }
const named = (userId: string, origin: Origin, second = 1) =>
  customer({ ...(origin as typeof LIVE), links: [{ userId, by: 'own' }], occurredAt: at(second) })

describe('a row belongs to one origin, in every order of events', () => {
  test.each([
    ['the platform, not a connected account', LIVE, { account: 'acct_1', livemode: true }],
    ['the platform also in test mode', TEST, { account: 'acct_1', livemode: true }],
    ['live mode, not test mode', LIVE, TEST],
    ['the lesser connected account', { account: 'acct_1', livemode: false }, { account: 'acct_2', livemode: true }],
  ])('%s', (_case, owner, other) => {
    const rules = { pastDueIsActive: true, accounts: new Set(['acct_1', 'acct_2']) }
    const said = [named('theirs', other, 9), named('ours', owner, 1), named('theirs too', other, 0)]
    expect(columnsUnder(rules, customerMerge, ...said)).toMatchObject({ ...owner, link_user_ids: ['ours'] })
  })

  test('another account ends no subscription, and changes no invoice', () => {
    const other = { account: 'acct_1', livemode: false }
    expect(
      columnsAfter(subscriptionMerge, subscription(1, 'active'), subscription(9, 'canceled', { ...other })),
    ).toMatchObject({ status: 'active', account: null, is_active: true })
    expect(
      columnsAfter(
        invoiceMerge,
        invoiceSaid(1, { contents: { status: 'open', amountDue: 5 } }),
        invoiceSaid(9, { contents: { status: 'paid', amountDue: 7 }, ...other }),
      ),
    ).toMatchObject({ status: 'open', amount_due: 5, account: null })
  })

  test('an unknown mode is that of live rows', () => {
    const said = [named('a', { account: null, livemode: null }, 2), named('b', LIVE, 1)]
    expect(columnsAfter(customerMerge, ...said)).toMatchObject({ livemode: true, link_user_ids: ['a', 'b'] })
  })

  test('what many accounts say of one id is bounded', () => {
    const join = ofOneOrigin<Origin>((a) => a)
    const all = Array.from({ length: 20 }, (_, index): Origin => ({ account: `acct_${10 + index}`, livemode: true }))
    for (const order of [all, all.toReversed()])
      expect(eachOrigin(order.reduce((a, b) => join(a, b)))).toEqual(all.slice(0, 8))
  })

  test('of every kind but a connected account itself, which tells of itself', () => {
    const all: Fact[] = [
      facts.customer({}),
      facts.subscription(1, 'active'),
      facts.invoice(1, 'paid'),
      facts.invoiceSaid(1),
      facts.session(1),
      facts.payment({}),
      facts.reference('pi_1', null),
      facts.refund(1, 'pending'),
      facts.dispute(1, 'lost'),
      facts.creditNote(1),
      facts.fraudWarning(1),
      facts.paymentMethod(1),
      facts.connectedAccount(1, false),
      facts.product(1),
      facts.price(1),
      facts.entitlements(1, []),
    ]
    const seen = new Set(all.map(mergeOf))
    expect(MERGES.filter((merge) => 'livemode' in merge.types && !seen.has(merge)).map(({ table }) => table)).toEqual(
      [],
    )
    const mixed = all.filter((fact) => {
      const [ours, theirs] = [LIVE, { account: 'acct_1', livemode: true }].map((origin) =>
        mergeOf(fact).registersOf({ ...fact, ...origin } as Fact),
      ) as [object, object]
      return !('others' in mergeOf(fact).join(ours, theirs))
    })
    expect(mixed.map(({ kind }) => kind)).toEqual(['connectedAccount'])
  })
})

describe('access', () => {
  const production = { production: true, livemode: undefined, accounts: [] }

  test.each([
    ['the platform, live', LIVE, production, true],
    ['the platform, unknown mode', { account: null, livemode: null }, production, true],
    ['test mode in production', TEST, production, false],
    ['test mode in production with LIVEMODE=true', TEST, { ...production, livemode: true }, false],
    ['test mode in production with LIVEMODE=false', TEST, { ...production, livemode: false }, true],
    ['test mode outside production', TEST, { ...production, production: false }, true],
    ['a connected account', { account: 'acct_1', livemode: true }, production, false],
    [
      'another one than the named',
      { account: 'acct_1', livemode: true },
      { ...production, accounts: ['acct_2'] },
      false,
    ],
    ['a named one', { account: 'acct_1', livemode: true }, { ...production, accounts: ['acct_1'] }, true],
    [
      'a named one in test mode',
      { account: 'acct_1', livemode: false },
      { ...production, accounts: ['acct_1'] },
      false,
    ],
  ])('of %s', (_case, origin, settings, expected) => {
    const rules = { pastDueIsActive: true, ...originRules(settings) }
    expect(givesAccess(origin, rules)).toBe(expected)
    const said = subscription(1, 'active', { ...origin, links: [{ userId: 'a', by: 'own' }] })
    expect(columnsUnder(rules, subscriptionMerge, said)).toMatchObject({
      status: 'active',
      is_active: true,
      gives_premium: expected,
      link_user_ids: expected ? ['a'] : [],
      own_user_ids: expected ? ['a'] : [],
    })
    expect(columnsUnder(rules, customerMerge, { ...named('a', origin), isSubscriber: true })).toMatchObject({
      gives_access: expected,
      is_subscriber: expected,
      link_user_ids: expected ? ['a'] : [],
    })
  })

  test('other settings have another fingerprint where they matter, and only there', () => {
    const of = (origin: Origin, accounts: string[], production = false) =>
      accessRulesOf({ pastDueIsActive: true, ...originRules({ accounts, production, livemode: undefined }) }, origin)
    const connected = { account: 'acct_1', livemode: true }
    expect(new Set([of(connected, []), of(connected, ['acct_1']), of(connected, [], true)]).size).toBe(3)
    expect(new Set([of(LIVE, []), of(LIVE, ['acct_1']), of(LIVE, [], true)]).size).toBe(1)
  })
})
