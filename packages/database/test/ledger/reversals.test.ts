import { describe, expect, test } from '@jest/globals'
import type { CreditNoteFact, DisputeFact, LedgerEntryFact, RefundFact } from '@sluice/events'
import { entriesOfCreditNote } from '../../src/ledger/credit-notes.ts'
import { entriesOf } from '../../src/ledger/reversals.ts'
import { creditNoteMerge } from '../../src/merges/credit-note.ts'
import { disputeMerge } from '../../src/merges/dispute.ts'
import { refundMerge } from '../../src/merges/refund.ts'
import { creditNote, dispute, movement, refund } from '../facts.ts'

const OF_PAYMENT = { charge_id: 'ch_1', payment_intent_id: 'pi_1', payment_id: 'in_1' }

/** Each entry as `key: currency account ±amount`, debits positive. */
const described = (entries: LedgerEntryFact[]) =>
  entries.map(({ entryKey, currency, lines }) => {
    const moves = lines.map(
      ({ account, direction, amount }) => `${account} ${direction === 'debit' ? '+' : '-'}${amount}`,
    )
    return `${entryKey}: ${currency} ${moves.join(', ')}`
  })

const ofRefund = (facts: RefundFact[], paymentId: string | null = 'in_1') => {
  const registers = facts.map((fact) => refundMerge.registersOf(fact)).reduce(refundMerge.join)
  return described(entriesOf({ ...OF_PAYMENT, id: 're_1', refund: registers, dispute: null, payment_id: paymentId }))
}

const ofDispute = (facts: DisputeFact[]) => {
  const registers = facts.map((fact) => disputeMerge.registersOf(fact)).reduce(disputeMerge.join)
  return described(entriesOf({ ...OF_PAYMENT, id: 'dp_1', refund: null, dispute: registers }))
}

const ofCreditNote = (facts: CreditNoteFact[]) => {
  const registers = facts.map((fact) => creditNoteMerge.registersOf(fact)).reduce(creditNoteMerge.join)
  return described(entriesOfCreditNote({ id: 'cn_1', registers }))
}

describe('a refund', () => {
  const out = 'refund:re_1: usd refunds +400, cash -400'
  const back = 'refund_failed:re_1: usd cash +400, refunds -400'

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

  test('has the fee that its balance transaction names, or gets back', () => {
    const withFee = (amount: number) => refund(1, 'succeeded', { fee: { amount, currency: 'usd' } })
    expect(ofRefund([refund(2, 'succeeded'), withFee(30)])).toEqual([
      'refund:re_1: usd refunds +400, fees +30, cash -430',
    ])
    expect(ofRefund([withFee(-12)])).toEqual(['refund:re_1: usd refunds +400, fees -12, cash -388'])
  })

  test('books a fee in another currency under a key of its own', () => {
    expect(ofRefund([refund(1, 'succeeded', { fee: { amount: 25, currency: 'gbp' } })])).toEqual([
      out,
      'fee:refund:re_1: gbp fees +25, cash -25',
    ])
  })

  test('may have the largest amount that Stripe knows', () => {
    const amount = 13_580_246_790
    expect(ofRefund([refund(1, 'succeeded', { amount })])).toEqual([
      `refund:re_1: usd refunds +${amount}, cash -${amount}`,
    ])
  })
})

describe('a dispute', () => {
  const out = 'withdrawn:dp_1:1: usd disputes +1000, cash -1000'
  const back = 'reinstated:dp_1:1: usd disputes -1000, cash +1000'

  test('moves its money when it is lost, not before', () => {
    expect(ofDispute([dispute(1, 'needs_response')])).toEqual([])
    expect(ofDispute([dispute(1, 'needs_response'), dispute(2, 'lost')])).toEqual([out])
  })

  test('that is won moves nothing, and moves the money back if it was lost before', () => {
    expect(ofDispute([dispute(1, 'won')])).toEqual([])
    expect(ofDispute([dispute(1, 'won'), dispute(2, 'lost')])).toEqual([out])
    expect(ofDispute([dispute(3, 'won'), dispute(2, 'lost')])).toEqual([out, back])
  })

  test('has an entry for each withdrawal and each reinstatement', () => {
    expect(ofDispute([dispute(1, 'lost'), dispute(3, 'lost'), dispute(2, 'won')])).toEqual([
      out,
      'withdrawn:dp_1:2: usd disputes +1000, cash -1000',
      back,
    ])
  })

  test('has the fee in the entry of its withdrawal, or under a key of its own where the currency differs', () => {
    const withdrawn = (fields: object) =>
      dispute(1, 'needs_response', { funds: 'withdrawn', movements: [movement(-1_000, 1_500, fields)] })
    expect(ofDispute([withdrawn({})])).toEqual(['withdrawn:dp_1:1: usd disputes +1000, fees +1500, cash -2500'])
    expect(ofDispute([withdrawn({ currency: 'eur' })])).toEqual([
      out,
      'fee:withdrawn:dp_1:1: eur fees +1500, cash -1500',
    ])
  })

  test('knows the keys under which version 1 booked its first two movements', () => {
    const facts = [dispute(1, 'lost'), dispute(2, 'won'), dispute(3, 'lost')]
    const registers = facts.map((fact) => disputeMerge.registersOf(fact)).reduce(disputeMerge.join)
    const entries = entriesOf({ ...OF_PAYMENT, id: 'dp_1', refund: null, dispute: registers })
    expect(entries.map(({ formerKey }) => formerKey)).toEqual(['dispute:dp_1:lost', undefined, 'dispute:dp_1:won'])
  })
})

describe('a credit note', () => {
  test('that reduces what is due, is refunded, or goes to the balance moves nothing of its own', () => {
    expect(ofCreditNote([creditNote(1, { contents: { prePaymentAmount: 300, postPaymentAmount: 0 } })])).toEqual([])
    expect(ofCreditNote([creditNote(1, { contents: { refundIds: ['re_1'] } })])).toEqual([])
    expect(ofCreditNote([creditNote(1, { contents: { customerBalanceAmount: 300 } })])).toEqual([])
  })

  test('moves what is given back outside Stripe, and moves it back when it is void', () => {
    const outside = { outOfBandAmount: 300 }
    const out = 'refund:cn_1: usd refunds +300, external -300'
    expect(ofCreditNote([creditNote(1, { contents: outside })])).toEqual([out])
    expect(ofCreditNote([creditNote(1, { invoiceId: null, contents: outside })])).toEqual([])
    const voided = creditNote(2, { contents: { ...outside, status: 'void' } })
    expect(ofCreditNote([creditNote(1, { contents: outside }), voided])).toEqual([
      out,
      'refund_failed:cn_1: usd external +300, refunds -300',
    ])
  })
})
