import { describe, expect, test } from '@jest/globals'
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
  const parent = { type: 'subscription_item_details', subscription_item_details: { proration: true } }
  expect(lineOf({ parent })).toMatchObject({ isProration: true })
  expect(Object.keys(lineOf({}) ?? {})).not.toEqual(expect.arrayContaining(['priceId']))
})

test('a Checkout session grants by its metadata, or by its line items where they are expanded', () => {
  const details = (session: object) =>
    factOf(
      stripe('checkout.session.completed', {
        ...{
          id: 'cs_1',
          mode: 'payment',
          status: 'complete',
          payment_status: 'paid',
          amount_total: 900,
          currency: 'usd',
        },
        ...session,
      }),
      'checkoutSession',
    )?.contents.details
  expect(details({ metadata: { user_id: 'user_1', credits: '40' } })).toMatchObject({ creditTerms: terms(40) })
  const line_items = {
    data: [{ price: { id: 'price_1', metadata: { credits: '50' } }, quantity: 3, amount_total: 900 }],
  }
  expect(details({ line_items })).toMatchObject({
    sold: [{ priceId: 'price_1', quantity: 3, amount: 900, creditTerms: terms(50) }],
  })
  expect(Object.keys(details({ metadata: { user_id: 'user_1' } }) ?? {})).not.toContain('creditTerms')
})
