import { describe, expect, test } from '@jest/globals'
import { decide } from '../../src/index.ts'
import { factOf, stripe } from '../received.ts'

const terms = (credits: number, more = {}) => ({ credits, trialCredits: 0, expires: null, ...more })

describe('a price', () => {
  const offer = (metadata?: object, before?: object) =>
    factOf(stripe('price.updated', { id: 'price_1', metadata }, before && { metadata: before }), 'price')?.creditOffer

  test.each<[object | undefined, object | undefined]>([
    [undefined, undefined],
    [{ plan: 'pro' }, undefined],
    [{ credits: 'many' }, undefined],
    [{ credits: '-5' }, undefined],
    [{ credits: '0' }, undefined],
    [{ credits: ' 100 ' }, { terms: terms(100) }],
    [{ credits: '100', credits_expire: 'period' }, { terms: terms(100, { expires: 'period' }) }],
    [{ credits: '100', credits_expire: '30' }, { terms: terms(100, { expires: 30 }) }],
    [{ credits: '100', credits_expire: 'soon' }, { terms: terms(100) }],
    [{ trial_credits: '5' }, { terms: terms(0, { trialCredits: 5 }) }],
  ])('with metadata %j offers %j', (metadata, expected) => expect(offer(metadata)).toEqual(expected))

  test('tells what it offered before its metadata changed', () => {
    expect(offer({ credits: '200' }, { credits: '100' })).toEqual({ terms: terms(200), before: terms(100) })
    expect(offer({ credits: '200' }, { credits: null })).toEqual({ terms: terms(200), before: null })
    expect(offer({}, { credits: '100' })).toEqual({ terms: null, before: terms(100) })
    expect(offer({ credits: '200', name: 'b' }, { name: 'a' })).toEqual({ terms: terms(200) })
  })
})

test('a line of an invoice names its price in every API version, with its credits where it contains the price', () => {
  const lineOf = (line: object) =>
    factOf(
      stripe('invoice.paid', {
        ...{ id: 'in_1', customer: 'cus_1', currency: 'usd', amount_due: 900, amount_paid: 900, status: 'paid' },
        lines: { data: [{ amount: 900, quantity: 2, ...line }] },
      }),
      'invoice',
    )?.contents.lines[0]
  const metadata = { credits: '50' }
  expect(lineOf({ pricing: { price_details: { price: 'price_1' } } })).toMatchObject({
    priceId: 'price_1',
    quantity: 2,
  })
  expect(lineOf({ price: { id: 'price_1', metadata } })).toMatchObject({ priceId: 'price_1', creditTerms: terms(50) })
  expect(lineOf({ plan: { id: 'plan_1', metadata } })).toMatchObject({ priceId: 'plan_1', creditTerms: terms(50) })
  expect(lineOf({ proration: true })).toMatchObject({ isProration: true })
  const parent = { subscription_item_details: { proration: true } }
  expect(lineOf({ parent })).toMatchObject({ isProration: true })
  expect(Object.keys(lineOf({}) ?? {})).not.toEqual(expect.arrayContaining(['priceId']))
})

describe('a Checkout session', () => {
  const session = (fields: object) =>
    stripe('checkout.session.completed', {
      ...{
        id: 'cs_1',
        mode: 'payment',
        status: 'complete',
        payment_status: 'paid',
        amount_total: 900,
        currency: 'usd',
      },
      ...fields,
    })

  test('grants by its metadata', () => {
    const details = (metadata: object) => factOf(session({ metadata }), 'checkoutSession')?.contents.details
    expect(details({ user_id: 'user_1', credits: '40' })).toMatchObject({ creditTerms: terms(40) })
    expect(Object.keys(details({ user_id: 'user_1' }) ?? {})).not.toContain('creditTerms')
  })

  const line_items = {
    object: 'list',
    has_more: false,
    data: [
      { price: { id: 'price_1', metadata: { credits: '50' } }, quantity: 3, amount_subtotal: 900, amount_total: 0 },
      { price: { id: 'price_2', metadata: {} }, quantity: null, amount_total: 100 },
      { price: null, quantity: 1, amount_total: 100 },
    ],
  }
  const lines = [
    { priceId: 'price_1', quantity: 3, amount: 900, creditTerms: terms(50) },
    { priceId: 'price_2', quantity: null, amount: 100 },
  ]

  test('grants by its line items, which a worker fetched or the event contains', () => {
    const fetched = stripe('checkout.session.line_items', { id: 'cs_1', object: 'checkout.session', line_items })
    for (const event of [fetched, session({ line_items })])
      expect(factOf(event, 'checkoutLines')).toMatchObject({ sessionId: 'cs_1', lines })
    expect(decide(fetched)).toMatchObject({ facts: [{ kind: 'checkoutLines' }], effects: [] })
  })

  test('tells nothing by a part of its line items, or without them', () => {
    for (const fields of [{}, { line_items: null }, { line_items: { ...line_items, has_more: true } }])
      expect(factOf(session(fields), 'checkoutLines')).toBeUndefined()
  })
})

test('a payment intent or a charge that succeeded names credits', () => {
  const metadata = { user_id: 'user_1', credits: '25', credits_expire: '30' }
  const intent = { id: 'pi_1', status: 'succeeded', amount_received: 900, currency: 'usd', metadata }
  const charge = { id: 'ch_1', amount: 900, captured: true, currency: 'usd', metadata }
  const creditTerms = terms(25, { expires: 30 })
  expect(factOf(stripe('payment_intent.succeeded', intent), 'paymentReference')).toMatchObject({ creditTerms })
  expect(factOf(stripe('charge.succeeded', charge), 'paymentReference')).toMatchObject({ creditTerms })
  for (const event of [
    stripe('payment_intent.payment_failed', { ...intent, status: 'requires_payment_method' }),
    stripe('charge.succeeded', { ...charge, captured: false }),
    stripe('payment_intent.succeeded', { ...intent, metadata: { user_id: 'user_1' } }),
  ])
    expect(JSON.stringify(decide(event))).not.toContain('creditTerms')
})
