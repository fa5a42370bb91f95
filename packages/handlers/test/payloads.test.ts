import { describe, expect, test } from '@jest/globals'
import { type Payload, replicatePayloads, stripePayloads, thinPayloads } from '@sluice/testing/payloads'
import { handledTypes, handledTypesOf } from '../src/index.ts'
import { fromReplicate, fromStripe, outcomeOf } from './from-payload.ts'
import { factOf } from './received.ts'

const named = (payloads: Payload[]) => payloads.map((payload) => [payload.name, payload] as const)

describe('a Stripe payload in each documented shape', () => {
  const payloads = stripePayloads()

  test.each(named(payloads))('is processed if its type is handled, and ignored otherwise: %s', (_name, payload) => {
    const event = fromStripe(payload)
    expect(outcomeOf(event)).toBe(handledTypes.includes(event.type) ? 'processed' : 'ignored')
  })

  const subscriptions = payloads.filter(({ name }) => name.startsWith('customer.subscription.'))
  test.each(named(subscriptions))('says what a subscription costs and until when it is paid: %s', (_name, payload) => {
    const contents = factOf(fromStripe(payload), 'subscription')?.contents
    expect(contents).toMatchObject({ priceId: expect.any(String), currentPeriodEnd: expect.any(String) })
  })

  const paid = payloads.filter(({ name }) => name.startsWith('invoice.paid__') && !name.includes('one-off'))
  test.each(named(paid))('says which subscription an invoice pays: %s', (_name, payload) => {
    expect(factOf(fromStripe(payload), 'invoiceOutcome')).toMatchObject({
      subscriptionId: expect.stringMatching(/^sub_/),
    })
  })

  test.each(handledTypesOf('stripe'))('exists for %s', (type) => {
    expect(payloads.map(({ name }) => name.split('__')[0])).toContain(type)
  })
})

test.each(named(thinPayloads()))(
  'a thin event carries no object, so it is ignored until it is fetched: %s',
  (_name, payload) => {
    expect(outcomeOf(fromStripe(payload))).toBe('ignored')
  },
)

test.each(named(replicatePayloads()))(
  'a Replicate payload is processed unless its status is unknown: %s',
  (name, payload) => {
    expect(outcomeOf(fromReplicate(payload))).toBe(name.includes('unknown-status') ? 'ignored' : 'processed')
  },
)
