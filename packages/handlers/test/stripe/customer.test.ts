import { describe, expect, test } from '@jest/globals'
import { customer } from '../../src/samples/stripe-objects.ts'
import { factOf, factsOf, MONDAY, stripe } from '../received.ts'

const received = (type: string, fields: Record<string, unknown> = {}) =>
  factsOf(stripe(`customer.${type}`, customer(fields)))

describe('a customer', () => {
  test.each(['created', 'updated'])('that is %s has its e-mail address and its user', (type) => {
    expect(received(type)).toEqual([
      {
        kind: 'customer',
        account: null,
        livemode: false,
        occurredAt: MONDAY,
        customerId: 'cus_1',
        contact: { email: 'ada@example.com', deleted: false },
        links: [{ userId: 'user-1', by: 'own' }],
      },
    ])
  })

  test('may have no e-mail address and no user', () => {
    const [fact] = received('updated', { email: undefined, metadata: {} })
    expect(fact).toMatchObject({ contact: { email: null, deleted: false } })
    expect(fact).not.toHaveProperty('links')
  })

  test('whose update changed or removed its user says so', () => {
    const links = (metadata: unknown, before: unknown) =>
      factOf(stripe('customer.updated', customer({ metadata }), { metadata: before }), 'customer')?.links
    const changed = [{ userId: 'user-2', by: 'own', isChange: true }]
    expect(links({ user_id: 'user-2' }, { user_id: 'user-1' })).toEqual(changed)
    expect(links({ user_id: 'user-2' }, { user_id: null })).toEqual(changed)
    expect(links({ user_id: 'user-2' }, { plan: 'old' })).toEqual([{ userId: 'user-2', by: 'own' }])
    expect(links({}, { user_id: 'user-1' })).toEqual([{ userId: null, by: 'own', isChange: true }])
    expect(links({}, { plan: 'old' })).toBeUndefined()
  })

  test('names its languages, most wanted first, where its event does', () => {
    const languages = (preferred_locales: unknown) => received('updated', { preferred_locales })[0]
    expect(languages(['de-AT', 'fr'])).toMatchObject({ preferredLocales: ['de-AT', 'fr'] })
    expect(languages([])).toMatchObject({ preferredLocales: [] })
    for (const none of [undefined, null, 'de', [1]]) expect(languages(none)).not.toHaveProperty('preferredLocales')
  })

  test.each([
    [
      'its invoice settings',
      { invoice_settings: { default_payment_method: 'pm_1' }, default_source: 'card_1' },
      'pm_1',
    ],
    ['its settings, expanded', { invoice_settings: { default_payment_method: { id: 'pm_1' } } }, 'pm_1'],
    ['its source', { invoice_settings: { default_payment_method: null }, default_source: 'card_1' }, 'card_1'],
    ['nothing', { invoice_settings: { default_payment_method: null }, default_source: null }, null],
  ])('pays by default with %s', (_case, fields, defaultPaymentMethod) => {
    expect(received('updated', fields)).toMatchObject([{ defaultPaymentMethod }])
  })

  test('is deleted by the type of its event', () => {
    for (const deleted of [undefined, true])
      expect(received('deleted', { deleted })).toMatchObject([{ contact: { deleted: true } }])
  })

  test('that was deleted before its update was rendered is deleted too', () => {
    expect(received('updated', { deleted: true })).toMatchObject([{ contact: { deleted: true } }])
  })
})
