import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { creditNoteMerge } from '../../src/merges/credit-note.ts'
import { disputeMerge } from '../../src/merges/dispute.ts'
import { fraudWarningMerge } from '../../src/merges/fraud-warning.ts'
import { refundMerge } from '../../src/merges/refund.ts'
import { at, creditNote, dispute, fraudWarning, movement, refund } from '../facts.ts'
import { columnsAfter, itMerges, origin, second, timeOrNull, wordOrNull } from './merge-laws.ts'

const references = { ...origin, chargeId: wordOrNull, paymentIntentId: wordOrNull }
const amount = fc.constantFrom(1, 2)

const REFUND_STATUSES = ['requires_action', 'pending', 'succeeded', 'failed', 'canceled', 'new']
const fee = fc.record({ amount, currency: fc.constantFrom('usd', 'eur') })
const refunds = fc.record({ ...references, amount, fee }, { requiredKeys: ['account', 'livemode', 'amount'] })

itMerges(
  'refund',
  refundMerge,
  fc.tuple(second, fc.constantFrom(...REFUND_STATUSES), refunds).map((said) => refund(...said)),
)

const DISPUTE_STATUSES = ['warning_closed', 'needs_response', 'won', 'lost', 'prevented', 'new']
const movements = fc.array(
  fc
    .record({ id: fc.constantFrom(null, 'txn_1', 'txn_2'), amount: fc.constantFrom(-2, 2), created: timeOrNull })
    .map(({ amount, created, ...fields }) =>
      movement(amount, 0, { ...fields, created: created?.toISOString() ?? null }),
    ),
  { maxLength: 2 },
)
const disputes = fc.record({
  ...references,
  ...{ amount, movements, reason: wordOrNull, evidenceDueBy: timeOrNull },
  funds: fc.constantFrom(null, 'withdrawn' as const, 'reinstated' as const),
})

itMerges(
  'dispute',
  disputeMerge,
  fc.tuple(second, fc.constantFrom(...DISPUTE_STATUSES), disputes).map((said) => dispute(...said)),
)

itMerges(
  'credit note',
  creditNoteMerge,
  fc
    .tuple(
      second,
      fc.record({
        ...origin,
        ...{ invoiceId: wordOrNull, customerId: wordOrNull },
        contents: fc.record({ status: fc.constantFrom('issued', 'void'), amount, number: wordOrNull }),
      }),
    )
    .map((said) => creditNote(...said)),
)

itMerges(
  'fraud warning',
  fraudWarningMerge,
  fc
    .tuple(second, fc.record({ ...references, fraudType: wordOrNull, actionable: fc.boolean(), created: wordOrNull }))
    .map((said) => fraudWarning(...said)),
)

describe('a refund', () => {
  test('that succeeded may fail, and one that failed is final', () => {
    expect(columnsAfter(refundMerge, refund(1, 'succeeded'), refund(2, 'failed'))).toMatchObject({ status: 'failed' })
    expect(columnsAfter(refundMerge, refund(1, 'failed'), refund(2, 'succeeded'))).toMatchObject({ status: 'failed' })
    expect(columnsAfter(refundMerge, refund(1, 'canceled'), refund(2, 'pending'))).toMatchObject({ status: 'canceled' })
  })

  test('has the more advanced status of two facts of one second', () => {
    expect(columnsAfter(refundMerge, refund(1, 'pending'), refund(1, 'succeeded'))).toMatchObject({
      status: 'succeeded',
    })
  })

  test('keeps its charge and payment intent, also when an event does not name them', () => {
    expect(
      columnsAfter(
        refundMerge,
        refund(1, 'pending'),
        refund(2, 'succeeded', { chargeId: null, paymentIntentId: null }),
      ),
    ).toMatchObject({ charge_id: 'ch_1', payment_intent_id: 'pi_1', status: 'succeeded', amount: 400 })
  })
})

test('a dispute has the latest status, since none is final', () => {
  expect(
    columnsAfter(
      disputeMerge,
      dispute(1, 'lost'),
      dispute(2, 'won', { evidenceDueBy: at(9) }),
      dispute(0, 'needs_response'),
    ),
  ).toMatchObject({ status: 'won', evidence_due_by: at(9).toISOString() })
  expect(columnsAfter(disputeMerge, dispute(1, 'under_review'), dispute(1, 'lost'))).toMatchObject({ status: 'lost' })
})

test('a credit note that is void stays void', () => {
  const issued = { status: 'issued' }
  expect(
    columnsAfter(creditNoteMerge, creditNote(1, { contents: { status: 'void' } }), creditNote(2, { contents: issued })),
  ).toMatchObject({ status: 'void', amount: 300, stripe_invoice_id: 'in_1' })
})

test('a fraud warning can be acted upon until a later event denies it', () => {
  const dealtWith = fraudWarning(2, { actionable: false, chargeId: null })
  expect(columnsAfter(fraudWarningMerge, fraudWarning(1), dealtWith)).toMatchObject({
    actionable: false,
    charge_id: 'ch_1',
  })
  expect(columnsAfter(fraudWarningMerge, fraudWarning(3), dealtWith)).toMatchObject({ actionable: true })
  expect(columnsAfter(fraudWarningMerge, fraudWarning(2), dealtWith)).toMatchObject({ actionable: false })
})
