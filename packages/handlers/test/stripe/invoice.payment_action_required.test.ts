import { expect, test } from '@jest/globals'
import { oldOpenInvoice, openInvoice } from '../../src/samples/stripe-objects.ts'
import { effectsOf, factOf, stripe } from '../received.ts'

const required = (object: object) => stripe('invoice.payment_action_required', object)

test.each([
  ['new', openInvoice()],
  ['old', oldOpenInvoice()],
])('a customer is asked for the confirmation once per attempt: %s shape', (_shape, object) => {
  expect(effectsOf(required(object))).toEqual([
    {
      key: 'action_required:in_1:2:test',
      kind: 'payment.action_required',
      payload: { invoiceId: 'in_1' },
      waitSeconds: 10,
    },
  ])
  expect(factOf(required(object), 'invoice')).toMatchObject({
    attempt: 'action_required',
    contents: { status: 'open' },
  })
})

test('the first attempt may have no count', () => {
  expect(effectsOf(required(openInvoice({ attempt_count: 0 })))[0]?.key).toBe('action_required:in_1:0:test')
})

test.each(['paid', 'void'])('no confirmation is asked for an invoice that is %s by now', (status) => {
  expect(effectsOf(required(openInvoice({ status })))).toEqual([])
})
