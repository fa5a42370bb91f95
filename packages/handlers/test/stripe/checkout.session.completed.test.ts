import { describe, expect, test } from '@jest/globals'
import { factOf, factsOf, MONDAY, stripe } from '../received.ts'

const session = (fields: object = {}) =>
  stripe('checkout.session.completed', {
    id: 'cs_1',
    mode: 'payment',
    payment_status: 'paid',
    customer: 'cus_1',
    customer_details: { email: 'ada@example.com' },
    client_reference_id: 'user-1',
    metadata: { user_id: 'user-2' },
    subscription: null,
    invoice: null,
    amount_total: 3000,
    currency: 'usd',
    ...fields,
  })

const kinds = (fields: object) => factsOf(session(fields)).map((fact) => fact.kind)

describe('a finished Checkout', () => {
  test('makes the customer known, with its address and its user', () => {
    expect(factOf(session(), 'customer')).toEqual({
      kind: 'customer',
      account: null,
      livemode: false,
      occurredAt: MONDAY,
      customerId: 'cus_1',
      contact: { email: 'ada@example.com', deleted: false },
      link: { userId: 'user-1', by: 'client_reference_id' },
    })
  })

  test('names the user by metadata when it has no client reference', () => {
    const { link } = factOf(session({ client_reference_id: null }), 'customer') ?? {}
    expect(link).toEqual({ userId: 'user-2', by: 'metadata' })
  })

  test('links nobody when it names nobody', () => {
    const customer = factOf(session({ client_reference_id: null, metadata: {} }), 'customer')
    expect(customer).not.toHaveProperty('link')
  })

  test('of a one-off payment books it under the id of the session', () => {
    expect(factOf(session(), 'payment')).toMatchObject({
      paymentId: 'cs_1',
      status: 'succeeded',
      stripeCustomerId: 'cus_1',
      amount: 3000,
      currency: 'usd',
    })
    expect(factOf(session(), 'ledgerEntry')).toEqual({
      kind: 'ledgerEntry',
      entryKey: 'payment:cs_1',
      paymentId: 'cs_1',
      debit: 'cash',
      credit: 'revenue',
      amount: 3000,
      currency: 'usd',
    })
  })

  test('of a guest books the payment without a customer', () => {
    expect(kinds({ customer: null })).toEqual(['payment', 'ledgerEntry'])
  })

  test.each([
    ['is not paid yet', { payment_status: 'unpaid' }],
    ['costs nothing', { amount_total: 0, payment_status: 'no_payment_required' }],
    ['has an invoice, which will tell of the money', { invoice: 'in_1' }],
    ['starts a subscription', { mode: 'subscription', subscription: 'sub_1' }],
    ['keeps a card for later', { mode: 'setup', setup_intent: 'seti_1', amount_total: null, currency: null }],
    ['started a subscription before modes were written', { mode: null, subscription: 'sub_1' }],
    ['has a mode that does not exist yet', { mode: 'barter' }],
  ])('books no money when it %s', (_case, fields) => {
    expect(kinds(fields)).toEqual(['customer'])
  })

  test('of before 2020, without mode and payment status, counts as paid', () => {
    expect(kinds({ mode: null, payment_status: undefined })).toEqual(['customer', 'payment', 'ledgerEntry'])
  })
})
