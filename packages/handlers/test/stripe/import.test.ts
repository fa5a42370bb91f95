import { describe, expect, test } from '@jest/globals'
import { type Fact, importTypeOf } from '@sluice/events'
import { decide, importTypes } from '../../src/index.ts'
import { SECOND, stripe } from '../../src/samples/received-event.ts'
import {
  charge,
  creditNote,
  customer,
  dispute,
  entitlementSummary,
  invoice,
  invoicePayment,
  openInvoice,
  paymentIntent,
  paymentMethod,
  price,
  product,
  refund,
  session,
  subscription,
} from '../../src/samples/stripe-objects.ts'

/** Fetched long after everything happened. */
const FETCHED = new Date((SECOND + 30 * 86_400) * 1000 - 1)

const OBJECTS: Record<string, object> = {
  charge: charge(),
  checkout_session: session(),
  credit_note: creditNote(),
  customer: customer(),
  dispute: dispute(),
  entitlement_summary: entitlementSummary(),
  invoice: invoice(),
  invoice_payment: invoicePayment(),
  payment_intent: paymentIntent(),
  payment_method: paymentMethod(),
  price: price(),
  product: product(),
  refund: refund(),
  subscription: subscription(),
}

function imported(kind: string, object: object = OBJECTS[kind] ?? {}): Fact[] {
  const decision = decide({ ...stripe(importTypeOf(kind), object), occurredAt: FETCHED })
  if (decision.outcome !== 'processed') throw new Error(decision.reason)
  expect(decision.effects).toEqual([])
  return decision.facts
}

const timesOf = (facts: Fact[], kind: Fact['kind']) =>
  facts.flatMap((fact) => (fact.kind === kind && 'occurredAt' in fact ? fact.occurredAt : []))

describe('an imported object', () => {
  test('of every kind has a handler', () => {
    expect([...importTypes].sort()).toEqual(Object.keys(OBJECTS).map(importTypeOf).sort())
  })

  test.each(Object.keys(OBJECTS))('%s gives facts and no effect', (kind) => {
    expect(imported(kind).length).toBeGreaterThan(0)
  })
})

describe('an imported invoice', () => {
  const at = (seconds: number) => new Date(seconds * 1000)
  const ended = (status: string, field: string) =>
    imported('invoice', openInvoice({ status, status_transitions: { [field]: SECOND + 5 } }))

  test('was paid when it says so, and is in the state in which it was fetched', () => {
    const facts = imported('invoice', { ...invoice(), status_transitions: { paid_at: SECOND + 5 } })
    expect(timesOf(facts, 'payment')).toEqual([at(SECOND + 5)])
    expect(timesOf(facts, 'invoiceOutcome')).toEqual([at(SECOND + 5)])
    expect(timesOf(facts, 'invoice')).toEqual([FETCHED])
  })

  test.each([
    ['void', 'voided_at'],
    ['uncollectible', 'marked_uncollectible_at'],
  ])('that is %s counts from when it became so', (status, field) => {
    expect(timesOf(ended(status, field), 'invoiceOutcome')).toEqual([at(SECOND + 5)])
  })

  test('that is open says nothing about how it ends', () => {
    const facts = imported('invoice', openInvoice({ attempt_count: 2 }))
    expect(facts.filter(({ kind }) => kind === 'invoiceOutcome' || kind === 'payment')).toEqual([])
  })
})

describe('an imported Checkout session', () => {
  test('has contact data of when it was created, and gives no access by itself', () => {
    const created = SECOND - 400 * 86_400
    const facts = imported('checkout_session', { ...session(), created })
    expect(timesOf(facts, 'customer')).toEqual([new Date(created * 1000)])
    expect(facts.filter(({ kind }) => kind === 'checkoutEntitlement')).toEqual([])
  })
})

describe('an imported payment', () => {
  test('is marked, so that it has no receipt, unless an invoice has it', () => {
    const marked = (kind: string) =>
      imported(kind).flatMap((fact) => (fact.kind === 'paymentReference' ? fact.imported : []))
    expect(new Set([...marked('payment_intent'), ...marked('charge')])).toEqual(new Set([true]))
    expect(imported('invoice').find(({ kind }) => kind === 'payment')).not.toHaveProperty('imported')
  })

  test('of a charge says what was refunded of it', () => {
    const facts = imported('charge', { ...charge(), amount_refunded: 100 })
    expect(facts).toContainEqual(expect.objectContaining({ kind: 'paymentReference', amountRefunded: 100 }))
  })

  test('of an intent that failed names it, and no money', () => {
    const facts = imported('payment_intent', paymentIntent({ status: 'requires_payment_method' }))
    const references = facts.filter(({ kind }) => kind === 'paymentReference')
    expect(references.length).toBeGreaterThan(0)
    for (const one of references) expect(one).not.toHaveProperty('received')
  })
})

test.each([
  ['cus_1', false],
  [null, true],
])('an imported payment method of customer %s: detached is %s', (customer, detached) => {
  expect(imported('payment_method', { ...paymentMethod(), customer })).toMatchObject([{ detached }])
})
