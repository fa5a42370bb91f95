import { expect, test } from '@jest/globals'
import { invoice, oldInvoice } from '../../src/samples/stripe-objects.ts'
import { effectsOf, factOf, stripe } from '../received.ts'

test.each([
  ['new', invoice({ status: 'draft' })],
  ['old', oldInvoice({ status: 'draft', paid: false })],
])('the staff is notified once of an invoice that could not be finalized: %s shape', (_shape, object) => {
  const event = stripe('invoice.finalization_failed', object)
  expect(effectsOf(event)).toEqual([
    { key: 'finalization_failed:in_1:test', kind: 'invoice.finalization_failed', payload: { invoiceId: 'in_1' } },
  ])
  expect(factOf(event, 'invoice')?.contents.status).toBe('draft')
})
