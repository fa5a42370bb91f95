import { describe, expect, test } from '@jest/globals'
import { DAY, dispute } from '../../src/samples/stripe-objects.ts'
import { allOf, effectsOf, factOf, MONDAY, SECOND, stripe } from '../received.ts'

const told = (type: string, fields: Record<string, unknown> = {}) => stripe(`charge.dispute.${type}`, dispute(fields))
const LATER = ['updated', 'closed', 'funds_withdrawn', 'funds_reinstated']

describe('a dispute', () => {
  test.each(['created', ...LATER])('says how it stands: %s', (type) => {
    expect(factOf(told(type), 'dispute')).toEqual({
      kind: 'dispute',
      account: null,
      livemode: false,
      occurredAt: MONDAY,
      disputeId: 'dp_1',
      chargeId: 'ch_1',
      paymentIntentId: 'pi_1',
      amount: 1900,
      currency: 'usd',
      status: 'needs_response',
      reason: 'fraudulent',
      evidenceDueBy: new Date((SECOND + 7 * DAY) * 1000),
    })
    expect(allOf(told(type), 'paymentReference')).toMatchObject([{ reference: 'pi_1' }, { reference: 'ch_1' }])
  })

  test('that is new alerts the staff once, whatever its status', () => {
    for (const status of ['needs_response', 'warning_needs_response', 'lost', 'appeal_needs_response'])
      expect(effectsOf(told('created', { status }))).toEqual([
        { key: 'dispute:dp_1:test', kind: 'dispute.opened', payload: { disputeId: 'dp_1' } },
      ])
  })

  test.each(LATER)('that moves on alerts nobody: %s', (type) => {
    expect(effectsOf(told(type))).toEqual([])
  })

  test('of a time when a charge had one, and it no id, goes by the charge', () => {
    const event = told('closed', { id: undefined, evidence_details: undefined, evidence_due_by: SECOND })
    expect(factOf(event, 'dispute')).toMatchObject({ disputeId: 'ch_1', evidenceDueBy: MONDAY })
  })

  test('may leave out what it does not know', () => {
    const event = told('created', {
      charge: { id: 'ch_2' },
      payment_intent: null,
      reason: null,
      evidence_details: null,
    })
    expect(factOf(event, 'dispute')).toMatchObject({
      chargeId: 'ch_2',
      paymentIntentId: null,
      reason: null,
      evidenceDueBy: null,
    })
    expect(factOf(told('created', { charge: null }), 'dispute')?.chargeId).toBeNull()
  })

  test('without id and charge is refused', () => {
    expect(() => effectsOf(told('created', { id: undefined, charge: null }))).toThrow(
      expect.objectContaining({ code: 'invalid_object', message: 'dispute: id and charge are missing' }),
    )
  })
})
