import { describe, expect, test } from '@jest/globals'
import type { UserLink } from '@sluice/events'
import fc from 'fast-check'
import { customerMerge } from '../../src/merges/customer.ts'
import { at, customer } from '../facts.ts'
import { columnsAfter, itMerges, origin, removableLinks, time, word, wordOrNull } from './merge-laws.ts'

const links = fc.oneof(
  removableLinks,
  fc.record({ userId: word, by: fc.constantFrom('client_reference_id' as const, 'metadata' as const) }),
)

const customers = fc
  .record(
    {
      ...origin,
      occurredAt: time,
      contact: fc.record({ email: wordOrNull, deleted: fc.boolean() }),
      preferredLocales: fc.array(fc.constantFrom('de-AT', 'fr', 'ja'), { maxLength: 2 }),
      links: fc.array(links, { maxLength: 2 }),
      isSubscriber: fc.constant(true as const),
    },
    { requiredKeys: ['account', 'livemode', 'occurredAt'] },
  )
  .map(customer)

itMerges('customer', customerMerge, customers)

describe('a customer', () => {
  const after = (...facts: ReturnType<typeof customer>[]) => columnsAfter(customerMerge, ...facts)

  const named = (second: number, links: UserLink[]) => customer({ links, occurredAt: at(second) })

  test('is linked by its own metadata, then by client_reference_id, then by other metadata', () => {
    const facts = [
      named(9, [{ by: 'metadata', userId: 'other' }]),
      named(5, [{ by: 'client_reference_id', userId: 'checkout' }]),
      named(1, [{ by: 'own', userId: 'own' }]),
    ]
    expect(after(...facts)).toMatchObject({ link_user_id: 'own', link_user_ids: ['own', 'checkout', 'other'] })
  })

  test('is linked by the newest of one kind, and by the greatest user id of one second', () => {
    const facts = [1, 3, 2].map((second) => named(second, [{ by: 'metadata', userId: `user_${second}` }]))
    expect(after(...facts)).toMatchObject({ link_user_ids: ['user_3', 'user_2', 'user_1'] })
    const same = ['a', 'b'].map((userId) => named(1, [{ by: 'metadata', userId }]))
    expect(after(...same)).toMatchObject({ link_user_ids: ['b', 'a'] })
    const back = [1, 2, 3].map((second) => named(second, [{ by: 'own', userId: second === 2 ? 'b' : 'a' }]))
    expect(after(...back)).toMatchObject({ link_user_ids: ['a', 'b'] })
  })

  test('that is changed within a second has the changed link', () => {
    const created = named(1, [{ by: 'own', userId: 'z' }])
    const updated = named(1, [{ by: 'own', userId: 'a', isChange: true }])
    expect(after(created, updated)).toMatchObject({ link_user_ids: ['a', 'z'] })
  })

  test('forgets earlier own links that an event removed, but not that they existed', () => {
    const removed = named(2, [{ by: 'own', userId: null, isChange: true }])
    const first = [named(1, [{ by: 'own', userId: 'a' }]), removed]
    expect(after(...first)).toMatchObject({ link_user_ids: [], own_user_ids: ['a'] })
    expect(after(...first, named(3, [{ by: 'own', userId: 'b' }]))).toMatchObject({
      link_user_ids: ['b'],
      own_user_ids: ['b', 'a'],
    })
  })

  test('keeps the first and the latest of very many references', () => {
    const facts = Array.from({ length: 200 }, (_, index) =>
      named(index, [{ by: 'client_reference_id', userId: `order_${index}` }]),
    )
    const registers = facts.map((fact) => customerMerge.registersOf(fact)).reduce((a, b) => customerMerge.join(a, b))
    const { link_user_ids: ids } = customerMerge.columnsOf(registers, { pastDueIsActive: true })
    expect(ids).toHaveLength(64)
    expect(ids).toEqual(expect.arrayContaining(['order_0', 'order_31', 'order_168', 'order_199']))
  })

  test('keeps the link of a row that an earlier version wrote', () => {
    const earlier = {
      livemode: false,
      link: { userId: 'a', by: 'client_reference_id' as const, occurredAt: at(1).toISOString() },
    }
    const joined = customerMerge.join(earlier, customerMerge.registersOf(named(2, [{ by: 'metadata', userId: 'b' }])))
    expect(customerMerge.columnsOf(joined, { pastDueIsActive: true })).toMatchObject({ link_user_ids: ['a', 'b'] })
  })

  test('that was deleted stays deleted, and has the newest contact data', () => {
    const contact = (email: string, deleted: boolean, second: number) =>
      customer({ contact: { email, deleted }, occurredAt: at(second) })
    expect(after(contact('old@example.com', false, 0), contact('new@example.com', false, 1))).toMatchObject({
      email: 'new@example.com',
    })
    expect(after(contact('gone@example.com', true, 0), contact('new@example.com', false, 1))).toMatchObject({
      deleted: true,
    })
  })
})

test('a customer keeps the newest languages, also when later facts name none', () => {
  const facts = [
    customer({ preferredLocales: ['fr'], occurredAt: at(0) }),
    customer({ preferredLocales: ['de-AT', 'en'], occurredAt: at(1) }),
    customer({ contact: { email: 'new@example.com', deleted: false }, occurredAt: at(2) }),
  ]
  expect(columnsAfter(customerMerge, ...facts)).toMatchObject({ preferred_locales: 'de-AT,en' })
  const none = customer({ preferredLocales: [], occurredAt: at(3) })
  expect(columnsAfter(customerMerge, ...facts, none)).toMatchObject({ preferred_locales: null })
})
