import { describe, expect, test } from '@jest/globals'
import { transfer } from '@sluice/events'
import { session as sessionObject, subscriptionSession } from '../../src/samples/stripe-objects.ts'
import { effectsOf, factOf, factsOf, MONDAY, stripe } from '../received.ts'

type Fields = Record<string, unknown>
const session = (fields: Fields = {}) => stripe('checkout.session.completed', sessionObject(fields))

const kinds = (fields: Fields) => factsOf(session(fields)).map((fact) => fact.kind)
const ALWAYS = ['customer', 'checkoutSession', 'paymentReference']

describe('a completed Checkout', () => {
  test('records the customer, with its e-mail address and its user', () => {
    expect(factOf(session(), 'customer')).toEqual({
      kind: 'customer',
      account: null,
      livemode: false,
      occurredAt: MONDAY,
      customerId: 'cus_1',
      contact: { email: 'ada@example.com', deleted: false },
      links: [
        { userId: 'user-1', by: 'client_reference_id' },
        { userId: 'user-2', by: 'metadata' },
      ],
    })
  })

  test('takes the user from the metadata if it has no client reference', () => {
    const { links } = factOf(session({ client_reference_id: null }), 'customer') ?? {}
    expect(links).toEqual([{ userId: 'user-2', by: 'metadata' }])
  })

  test('names the buyer of its payment, who may be a guest', () => {
    const guest = session({ customer: null, client_reference_id: null })
    expect(factOf(guest, 'customer')).toBeUndefined()
    expect(factOf(guest, 'payment')).toMatchObject({
      stripeCustomerId: null,
      links: [{ userId: 'user-2', by: 'metadata' }],
    })
  })

  test('links no user if it names none', () => {
    const customer = factOf(session({ client_reference_id: null, metadata: {} }), 'customer')
    expect(customer).not.toHaveProperty('links')
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
      stripeAccount: null,
      livemode: false,
      currency: 'usd',
      lines: transfer('cash', 'revenue', 3000),
    })
  })

  test('of a guest books the payment without a customer', () => {
    expect(kinds({ customer: null })).toEqual(['checkoutSession', 'paymentReference', 'payment', 'ledgerEntry'])
  })

  test.each<[string, Fields]>([
    ['is not paid yet', { payment_status: 'unpaid' }],
    ['costs nothing', { amount_total: 0, payment_status: 'no_payment_required' }],
    ['has an invoice, whose event books the money', { invoice: 'in_1' }],
    ['starts a subscription', { mode: 'subscription', subscription: 'sub_1' }],
    ['keeps a card for later', { mode: 'setup', setup_intent: 'seti_1', amount_total: null, currency: null }],
    ['started a subscription before modes were written', { mode: null, subscription: 'sub_1' }],
    ['has a mode that does not exist yet', { mode: 'barter' }],
  ])('books no money when it %s', (_case, fields) => {
    expect(kinds(fields)).toEqual(expect.not.arrayContaining(['payment', 'ledgerEntry']))
    expect(effectsOf(session(fields))).toEqual([])
  })

  test('from before 2020, without mode and payment status, is paid', () => {
    expect(kinds({ mode: null, payment_status: undefined })).toEqual([...ALWAYS, 'payment', 'ledgerEntry'])
  })

  test('of a one-off payment has one receipt and no invoice', () => {
    expect(effectsOf(session())).toEqual([
      { key: 'receipt:cs_1:test', kind: 'receipt', payload: { paymentId: 'cs_1' } },
    ])
  })

  test('is recorded with the language that it was shown in, unless the browser decided', () => {
    const shownIn = (locale: unknown) => factOf(session({ locale }), 'checkoutSession')
    expect(shownIn('pt-BR')).toMatchObject({ contents: { locale: 'pt-BR' } })
    expect(shownIn('auto')).toMatchObject({ contents: { locale: null } })
  })

  test('is recorded with its status', () => {
    expect(factOf(session(), 'checkoutSession')).toEqual({
      kind: 'checkoutSession',
      account: null,
      livemode: false,
      occurredAt: MONDAY,
      sessionId: 'cs_1',
      customerId: 'cus_1',
      subscriptionId: null,
      contents: {
        mode: 'payment',
        status: 'complete',
        paymentStatus: 'paid',
        amountTotal: 3000,
        currency: 'usd',
        customerEmail: 'ada@example.com',
        locale: null,
        details: expect.objectContaining({ discount: 0, tax: 0, conversion: null }),
      },
    })
  })

  test('may lack every optional field', () => {
    const bare = stripe('checkout.session.completed', { id: 'cs_1', customer: 'cus_1', status: 'open' })
    expect(factOf(bare, 'customer')).not.toHaveProperty('contact')
    expect(factOf(bare, 'checkoutSession')).toMatchObject({
      subscriptionId: null,
      contents: { mode: null, amountTotal: null, currency: null, customerEmail: null },
    })
  })

  test('has the e-mail address of the host if the buyer entered none', () => {
    const event = session({ customer_details: null, customer_email: 'bob@example.com' })
    expect(factOf(event, 'customer')?.contact?.email).toBe('bob@example.com')
  })

  test('names its payment intent, or its invoice', () => {
    const known = { reference: 'pi_1', succeeded: true }
    expect(factOf(session(), 'paymentReference')).toMatchObject({ ...known, paymentId: 'cs_1' })
    expect(factOf(session({ invoice: 'in_1' }), 'paymentReference')).toMatchObject({ ...known, paymentId: 'in_1' })
    expect(factOf(session({ payment_status: 'unpaid' }), 'paymentReference')).not.toHaveProperty('succeeded')
  })
})

describe('a completed Checkout of a subscription', () => {
  const bought = (fields: Fields = {}) => stripe('checkout.session.completed', subscriptionSession(fields))

  test.each<[string, Fields]>([
    ['is paid', {}],
    ['needs no payment, as for a trial', { payment_status: 'no_payment_required', amount_total: 0 }],
    ['was made before modes and statuses were written', { mode: null, status: undefined, payment_status: undefined }],
    ['shows its subscription whole', { subscription: { id: 'sub_1', status: 'active' } }],
  ])('gives access at once when it %s', (_case, fields) => {
    expect(factOf(bought(fields), 'checkoutEntitlement')).toEqual({
      kind: 'checkoutEntitlement',
      account: null,
      livemode: false,
      occurredAt: MONDAY,
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
    })
  })

  test.each<[string, Fields]>([
    ['is not paid yet', { payment_status: 'unpaid' }],
    ['is not complete', { status: 'open' }],
    ['has a payment status that does not exist yet', { payment_status: 'bartered' }],
    ['does not say who bought', { customer: null }],
    ['does not say what was bought', { subscription: null }],
    ['has another mode', { mode: 'barter' }],
  ])('gives no access when it %s', (_case, fields) => {
    expect(factOf(bought(fields), 'checkoutEntitlement')).toBeUndefined()
  })
})
