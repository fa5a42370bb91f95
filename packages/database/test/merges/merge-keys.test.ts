import { describe, expect, test } from '@jest/globals'
import { checkoutSessionMerge } from '../../src/merges/checkout-session.ts'
import { connectedAccountMerge } from '../../src/merges/connected-account.ts'
import { creditNoteMerge } from '../../src/merges/credit-note.ts'
import { customerMerge } from '../../src/merges/customer.ts'
import { disputeMerge } from '../../src/merges/dispute.ts'
import { fraudWarningMerge } from '../../src/merges/fraud-warning.ts'
import { invoiceMerge } from '../../src/merges/invoice.ts'
import { paymentMerge } from '../../src/merges/payment.ts'
import { paymentMethodMerge } from '../../src/merges/payment-method.ts'
import { paymentReferenceMerge } from '../../src/merges/payment-reference.ts'
import { predictionMerge } from '../../src/merges/prediction.ts'
import { refundMerge } from '../../src/merges/refund.ts'
import { subscriptionMerge } from '../../src/merges/subscription.ts'
import { cleanText, parseClean, toJsonb } from '../../src/sql/text.ts'
import * as facts from '../facts.ts'

test('every fact is merged into the row of its own object', () => {
  expect([
    customerMerge.keyOf(facts.customer({ customerId: 'cus_2' })),
    subscriptionMerge.keyOf(facts.subscription(1, 'active', { subscriptionId: 'sub_2' })),
    invoiceMerge.keyOf(facts.invoiceSaid(1, { invoiceId: 'in_2' })),
    checkoutSessionMerge.keyOf(facts.session(1, { sessionId: 'cs_2' })),
    paymentMerge.keyOf(facts.payment({ paymentId: 'in_2:failed:1' })),
    paymentReferenceMerge.keyOf(facts.reference('pi_2', null)),
    refundMerge.keyOf(facts.refund(1, 'pending', { refundId: 're_2' })),
    disputeMerge.keyOf(facts.dispute(1, 'lost', { disputeId: 'dp_2' })),
    creditNoteMerge.keyOf(facts.creditNote(1, { creditNoteId: 'cn_2' })),
    fraudWarningMerge.keyOf(facts.fraudWarning(1, { fraudWarningId: 'issfr_2' })),
    paymentMethodMerge.keyOf(facts.paymentMethod(1, { paymentMethodId: 'pm_2' })),
    connectedAccountMerge.keyOf(facts.connectedAccount(1, false)),
    predictionMerge.keyOf(facts.prediction('starting', { predictionId: 'p2' })),
  ]).toEqual([
    ...[
      'cus_2',
      'sub_2',
      'in_2',
      'cs_2',
      'in_2:failed:1',
      'pi_2',
      're_2',
      'dp_2',
      'cn_2',
      'issfr_2',
      'pm_2',
      'acct_1',
      'p2',
    ],
  ])
})

test('a payment keeps the event that named it first', () => {
  expect(paymentMerge.once?.(facts.payment({ webhookEventId: '7' }))).toEqual({ webhook_event_id: '7' })
})

describe('text that Postgres refuses', () => {
  test('is replaced character by character, and other text stays', () => {
    expect(cleanText('a\0b\ud800c')).toBe('a\uFFFDb\uFFFDc')
    expect(cleanText('Zoë 🙂')).toBe('Zoë 🙂')
  })

  test('is replaced in the names and values of JSON, however deep', () => {
    expect(JSON.parse(toJsonb({ 'a\0': ['\ud800', { 'b\0': 1 }], ok: null }))).toEqual({
      'a\uFFFD': ['\uFFFD', { 'b\uFFFD': 1 }],
      ok: null,
    })
    expect(toJsonb(undefined)).toBe('null')
  })

  test('is replaced in the same way when it is parsed', () => {
    expect(parseClean('{"id":"a\\u0000b","n":[1,"\\uD800"]}')).toEqual({ id: 'a\uFFFDb', n: [1, '\uFFFD'] })
    expect(parseClean('{"id":"plain"}')).toEqual({ id: 'plain' })
  })
})
