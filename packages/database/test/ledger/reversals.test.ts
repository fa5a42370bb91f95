import { describe, expect, test } from '@jest/globals'
import type { DisputeFact, RefundFact } from '@sluice/events'
import { entriesOf } from '../../src/ledger/reversals.ts'
import { disputeMerge } from '../../src/merges/dispute.ts'
import { refundMerge } from '../../src/merges/refund.ts'
import { dispute, refund } from '../facts.ts'

const OF_PAYMENT = { charge_id: 'ch_1', payment_intent_id: 'pi_1', payment_id: 'in_1' }

/** Each entry as `key: debit < credit amount`. */
const entries = (back: Parameters<typeof entriesOf>[0]) =>
  entriesOf(back).map(({ entryKey, lines }) => {
    const [debit, credit] = lines
    return `${entryKey}: ${debit?.account} < ${credit?.account} ${debit?.amount}`
  })

const ofRefund = (facts: RefundFact[], paymentId: string | null = 'in_1') => {
  const registers = facts.map((fact) => refundMerge.registersOf(fact)).reduce(refundMerge.join)
  return entries({ ...OF_PAYMENT, id: 're_1', refund: registers, dispute: null, payment_id: paymentId })
}

const ofDispute = (facts: DisputeFact[]) => {
  const registers = facts.map((fact) => disputeMerge.registersOf(fact)).reduce(disputeMerge.join)
  return entries({ ...OF_PAYMENT, id: 'dp_1', refund: null, dispute: registers })
}

describe('a refund', () => {
  const out = 'refund:re_1: refunds < cash 400'
  const back = 'refund_failed:re_1: cash < refunds 400'

  test('moves its money once Stripe has created it, and only once', () => {
    expect(ofRefund([refund(1, 'pending')])).toEqual([out])
    expect(ofRefund([refund(1, 'pending'), refund(2, 'succeeded')])).toEqual([out])
  })

  test('moves it back when it fails or is canceled afterwards, in every order', () => {
    expect(ofRefund([refund(1, 'succeeded'), refund(2, 'failed')])).toEqual([out, back])
    expect(ofRefund([refund(2, 'canceled'), refund(1, 'pending')])).toEqual([out, back])
  })

  test('that waits for the customer and is canceled moves nothing', () => {
    expect(ofRefund([refund(1, 'requires_action')])).toEqual([])
    expect(ofRefund([refund(1, 'requires_action'), refund(2, 'canceled')])).toEqual([])
  })

  test('of amount zero, or of an unknown payment, moves nothing', () => {
    expect(ofRefund([refund(1, 'succeeded', { amount: 0 })])).toEqual([])
    expect(ofRefund([refund(1, 'succeeded')], null)).toEqual([])
  })
})

describe('a dispute', () => {
  const out = 'dispute:dp_1:lost: disputes < cash 1000'
  const back = 'dispute:dp_1:won: cash < disputes 1000'

  test('moves its money when it is lost, not before', () => {
    expect(ofDispute([dispute(1, 'needs_response')])).toEqual([])
    expect(ofDispute([dispute(1, 'needs_response'), dispute(2, 'lost')])).toEqual([out])
  })

  test('that is won moves nothing, and moves the money back if it was lost before', () => {
    expect(ofDispute([dispute(1, 'won')])).toEqual([])
    expect(ofDispute([dispute(1, 'won'), dispute(2, 'lost')])).toEqual([out])
    expect(ofDispute([dispute(3, 'won'), dispute(2, 'lost')])).toEqual([out, back])
  })
})
