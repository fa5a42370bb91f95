import { describe, expect, test } from '@jest/globals'
import { session as sessionObject, subscriptionSession } from '../../src/samples/stripe-objects.ts'
import { factOf, factsOf, MONDAY, stripe } from '../received.ts'

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
    const links = [{ userId: 'user-2', by: 'metadata' }]
    expect(factOf(guest, 'paymentReference')).toMatchObject({ session: { customerId: null, links } })
    const old = session({ customer: null, client_reference_id: null, payment_intent: null })
    expect(factOf(old, 'payment')).toMatchObject({ stripeCustomerId: null, links })
  })

  test('links no user if it names none', () => {
    const customer = factOf(session({ client_reference_id: null, metadata: {} }), 'customer')
    expect(customer).not.toHaveProperty('links')
  })

  const claim = {
    ...{ sessionId: 'cs_1', customerId: 'cus_1', isPaid: true, createsInvoice: false },
    ...{ amountTotal: 3000, amountTax: 0, currency: 'usd' },
  }

  test('of a one-off payment claims the money of its payment intent, with the tax', () => {
    expect(factOf(session(), 'paymentReference')).toMatchObject({ reference: 'pi_1', session: claim })
    const fields = { total_details: { amount_tax: 480 }, invoice_creation: { enabled: true }, customer: null }
    expect(factOf(session(fields), 'paymentReference')).toMatchObject({
      session: { ...claim, customerId: null, amountTax: 480, createsInvoice: true },
    })
    expect(kinds({})).toEqual(ALWAYS)
  })

  test('without a payment intent is a payment of its own, unless it creates an invoice', () => {
    expect(factOf(session({ payment_intent: null }), 'payment')).toMatchObject({
      ...{ paymentId: 'cs_1', status: 'succeeded', stripeCustomerId: 'cus_1', currency: 'usd' },
      money: { amount: 3000, external: 0, total: 3000, tax: 0 },
    })
    expect(kinds({ payment_intent: null, invoice_creation: { enabled: true } })).not.toContain('payment')
  })

  test.each<[string, Fields]>([
    ['costs nothing', { amount_total: 0, payment_status: 'no_payment_required' }],
    ['has an invoice, whose event books the money', { invoice: 'in_1' }],
    ['starts a subscription', { mode: 'subscription', subscription: 'sub_1' }],
    ['keeps a card for later', { mode: 'setup', setup_intent: 'seti_1', amount_total: null, currency: null }],
    ['started a subscription before modes were written', { mode: null, subscription: 'sub_1' }],
    ['has a mode that does not exist yet', { mode: 'barter' }],
  ])('claims no money when it %s', (_case, fields) => {
    for (const payment_intent of ['pi_1', null]) {
      const event = session({ payment_intent, ...fields })
      expect(factOf(event, 'payment')).toBeUndefined()
      expect(factOf(event, 'paymentReference')?.session).toBeUndefined()
    }
  })

  test('from before 2020, without mode and payment status, is paid', () => {
    const old = session({ mode: null, payment_status: undefined })
    expect(factOf(old, 'paymentReference')).toMatchObject({ session: claim })
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
    const details = { paymentIntentId: 'pi_1' }
    expect(factOf(session({ payment_intent: 'pi_1' }), 'checkoutSession')).toMatchObject({ contents: { details } })
    const known = { reference: 'pi_1', succeeded: true }
    expect(factOf(session(), 'paymentReference')).toMatchObject({ ...known, session: { sessionId: 'cs_1' } })
    expect(factOf(session({ invoice: 'in_1' }), 'paymentReference')).toMatchObject({ ...known, invoiceId: 'in_1' })
    const unpaid = factOf(session({ payment_status: 'unpaid' }), 'paymentReference')
    expect(unpaid).not.toHaveProperty('succeeded')
    expect(unpaid).toMatchObject({ session: { isPaid: false } })
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
