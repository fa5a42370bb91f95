import { describe, expect, test } from '@jest/globals'
import { charge, oldCharge, refund } from '../../src/samples/stripe-objects.ts'
import { allOf, stripe } from '../received.ts'

const refunded = (object: object) => stripe('charge.refunded', object)
const references = (object: object) => allOf(refunded(object), 'paymentReference')

describe('a refunded charge', () => {
  test('has the amount refunded so far; each refund has an event of its own', () => {
    expect(references(charge())).toMatchObject([
      { reference: 'ch_1', succeeded: true, amountRefunded: 500 },
      { reference: 'pi_1', succeeded: true },
    ])
    expect(references(charge())[1]).not.toHaveProperty('amountRefunded')
    expect(allOf(refunded(charge()), 'refund')).toEqual([])
  })

  test('in the old shape has its refunds, and the invoice that it paid', () => {
    expect(references(oldCharge()).slice(0, 2)).toMatchObject([
      { reference: 'ch_1', invoiceId: 'in_1', amountRefunded: 500 },
      { reference: 'pi_1', invoiceId: 'in_1' },
    ])
    expect(allOf(refunded(oldCharge()), 'refund')).toMatchObject([
      {
        refundId: 're_1',
        chargeId: 'ch_1',
        paymentIntentId: 'pi_1',
        amount: 500,
        currency: 'usd',
        status: 'succeeded',
      },
    ])
  })

  test('may have several refunds', () => {
    const parts = { data: [refund(), refund({ id: 're_2', amount: 400, payment_intent: 'pi_1', currency: undefined })] }
    expect(allOf(refunded(oldCharge({ refunds: parts })), 'refund')).toMatchObject([
      { refundId: 're_1', amount: 500 },
      { refundId: 're_2', amount: 400, currency: 'usd' },
    ])
  })

  test('leaves out what was authorized and not captured', () => {
    const part = { amount_captured: 1400, captured: true }
    const release = refund({ id: 're_0', balance_transaction: null })
    const real = refund({ balance_transaction: 'txn_1' })
    const idsOf = (fields: Record<string, unknown>) =>
      allOf(refunded(oldCharge(fields)), 'refund').map(({ refundId }) => refundId)
    expect(references(charge(part))[0]).toMatchObject({ amountRefunded: 0, succeeded: true })
    expect(references(charge({ ...part, amount_refunded: 800 }))[0]).toMatchObject({ amountRefunded: 300 })
    expect(idsOf({ ...part, refunds: { data: [release] } })).toEqual([])
    expect(idsOf({ ...part, refunds: { data: [refund(), release] } })).toEqual(['re_1'])
    expect(idsOf({ ...part, refunds: { data: [real] } })).toEqual(['re_1'])
    expect(idsOf({ amount_captured: 1900, refunds: { data: [release] } })).toEqual(['re_0'])
  })

  test('whose authorization was canceled has moved no money', () => {
    const canceled = { captured: false, amount_captured: 0, amount_refunded: 1900 }
    const refunds = { data: [refund({ amount: 1900 })] }
    expect(references(charge(canceled))[0]).toMatchObject({ amountRefunded: 0 })
    expect(references(charge(canceled))[0]).not.toHaveProperty('succeeded')
    expect(allOf(refunded(oldCharge({ ...canceled, refunds })), 'refund')).toEqual([])
  })

  test('from before there were payment intents is found by its own id', () => {
    expect(references(charge({ payment_intent: null })).map(({ reference }) => reference)).toEqual(['ch_1'])
  })
})
