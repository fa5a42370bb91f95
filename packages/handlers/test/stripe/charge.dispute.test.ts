import { describe, expect, test } from '@jest/globals'
import { DAY, dispute } from '../../src/samples/stripe-objects.ts'
import { allOf, effectsOf, factOf, factsOf, MONDAY, SECOND, stripe } from '../received.ts'

const received = (type: string, fields: Record<string, unknown> = {}) =>
  stripe(`charge.dispute.${type}`, dispute(fields))
const FUNDS: Record<string, string> = { funds_withdrawn: 'withdrawn', funds_reinstated: 'reinstated' }
const LATER = ['updated', 'closed', 'funds_withdrawn', 'funds_reinstated']

describe('a dispute', () => {
  test.each(['created', ...LATER])('is recorded with its status: %s', (type) => {
    expect(factOf(received(type), 'dispute')).toEqual({
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
      funds: FUNDS[type] ?? null,
      movements: [],
    })
    expect(allOf(received(type), 'paymentReference')).toMatchObject([{ reference: 'pi_1' }, { reference: 'ch_1' }])
  })

  test('that is new notifies the staff once, in any status', () => {
    for (const status of ['needs_response', 'lost', 'appeal_needs_response'])
      expect(effectsOf(received('created', { status }))).toEqual([
        {
          key: 'dispute:dp_1:test',
          kind: 'dispute.opened',
          payload: { disputeId: 'dp_1', stage: 'dispute', status },
          waitSeconds: 10,
        },
      ])
  })

  test('that is an inquiry notifies the staff as one, and again when it becomes a dispute', () => {
    const keys = (type: string, status: string) => effectsOf(received(type, { status })).map(({ key }) => key)
    expect(keys('created', 'warning_needs_response')).toEqual(['dispute_inquiry:dp_1:test'])
    expect(keys('updated', 'needs_response')).toEqual(['dispute:dp_1:test'])
    expect(keys('funds_withdrawn', 'needs_response')).toEqual(['dispute:dp_1:test'])
  })

  test.each(LATER)('that changes otherwise has no notification: %s', (type) => {
    for (const status of ['warning_under_review', 'under_review', 'won', 'lost', 'appeal_needs_response'])
      expect(effectsOf(received(type, { status }))).toEqual([])
    for (const type of ['closed', 'funds_reinstated']) expect(effectsOf(received(type))).toEqual([])
  })

  test('names the movements of its money, and their fees', () => {
    const transactions = [
      { id: 'txn_1', amount: -1900, fee: 1500, net: -3400, currency: 'gbp', created: SECOND },
      { amount: 1900, net: 1900 },
      'txn_2',
    ]
    const event = received('funds_reinstated', { balance_transactions: transactions })
    expect(factOf(event, 'dispute')?.movements).toEqual([
      { id: 'txn_1', amount: -1900, fee: 1500, currency: 'gbp', created: MONDAY.toISOString() },
      { id: null, amount: 1900, fee: 0, currency: 'usd', created: null },
    ])
    expect(() => factsOf(received('closed', { balance_transactions: [{ amount: 'much' }] }))).toThrow('dispute')
  })

  test('without an id, as before 2014, has the id of its charge', () => {
    const event = received('closed', { id: undefined, evidence_details: undefined, evidence_due_by: SECOND })
    expect(factOf(event, 'dispute')).toMatchObject({ disputeId: 'ch_1', evidenceDueBy: MONDAY })
  })

  test('may lack every optional field', () => {
    const event = received('created', {
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
    expect(factOf(received('created', { charge: null }), 'dispute')?.chargeId).toBeNull()
  })

  test('without id and charge is refused', () => {
    expect(() => effectsOf(received('created', { id: undefined, charge: null }))).toThrow(
      expect.objectContaining({ code: 'invalid_object', message: 'dispute: id and charge are missing' }),
    )
  })
})
