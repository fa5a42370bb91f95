import { describe, expect, test } from '@jest/globals'
import type { BilledCheckout, BilledInvoice, BilledPayment, OpenedDispute } from '@sluice/database/records'
import type { Composition } from '../../../src/outbound/mail/composition.ts'
import { checkoutFailedLetter } from '../../../src/outbound/mail/letters/checkout-failed.ts'
import { disputeOpenedLetter } from '../../../src/outbound/mail/letters/dispute-opened.ts'
import { finalizationFailedLetter } from '../../../src/outbound/mail/letters/finalization-failed.ts'
import { invoiceLetter } from '../../../src/outbound/mail/letters/invoice.ts'
import { paymentActionRequiredLetter } from '../../../src/outbound/mail/letters/payment-action-required.ts'
import { paymentFailedLetter } from '../../../src/outbound/mail/letters/payment-failed.ts'
import { paymentFinalNoticeLetter } from '../../../src/outbound/mail/letters/payment-final-notice.ts'
import { paymentIntentFailedLetter } from '../../../src/outbound/mail/letters/payment-intent-failed.ts'
import { paymentReminderLetter } from '../../../src/outbound/mail/letters/payment-reminder.ts'
import { receiptLetter } from '../../../src/outbound/mail/letters/receipt.ts'
import { renewalUpcomingLetter } from '../../../src/outbound/mail/letters/renewal-upcoming.ts'
import { trialEndingLetter } from '../../../src/outbound/mail/letters/trial-ending.ts'
import { CUSTOMER_FOOTER, STAFF_FOOTER } from '../../../src/outbound/mail/letters/why.ts'

const on = (day: string) => new Date(`${day}T10:00:00Z`)

const invoice = (changes: Partial<BilledInvoice> = {}): BilledInvoice => ({
  invoiceId: 'in_1',
  status: 'open',
  number: 'A-1',
  amountDue: 2_000n,
  amountPaid: 500n,
  tax: null,
  currency: 'usd',
  attemptCount: 1,
  nextPaymentAttempt: on('2026-12-01'),
  hostedInvoiceUrl: 'https://pay.example/in_1',
  periodStart: on('2026-11-01'),
  periodEnd: on('2026-12-01'),
  createdAt: on('2026-11-20'),
  lines: [],
  livemode: true,
  account: null,
  email: 'jane@example.com',
  ...changes,
})

const payment = (changes: Partial<BilledPayment> = {}): BilledPayment => ({
  paymentId: 'in_1',
  status: 'succeeded',
  amount: 2_000n,
  currency: 'usd',
  occurredAt: on('2026-11-21'),
  livemode: true,
  email: 'jane@example.com',
  invoice: null,
  ...changes,
})

const checkout = (changes: Partial<BilledCheckout> = {}): BilledCheckout => ({
  status: 'complete',
  paymentStatus: 'unpaid',
  amount: 2_000n,
  currency: 'usd',
  livemode: true,
  email: 'jane@example.com',
  ...changes,
})

const dispute = (changes: Partial<OpenedDispute> = {}): OpenedDispute => ({
  disputeId: 'dp_1',
  status: 'needs_response',
  reason: 'product_not_received',
  amount: 2_000n,
  currency: 'usd',
  evidenceDueBy: on('2026-12-05'),
  chargeId: 'ch_1',
  account: null,
  livemode: true,
  ...changes,
})

const renewal = { renewsAt: on('2026-12-01'), amount: 2_000n, currency: 'usd' }

/** Every letter, in live mode or not. */
const CUSTOMERS: Record<string, (livemode: boolean) => Composition> = {
  receipt: (livemode) => receiptLetter(payment({ livemode }), 'R-1'),
  invoice: (livemode) => invoiceLetter(payment(), invoice({ livemode }), 'A-1'),
  'payment failed': (livemode) => paymentFailedLetter(invoice({ livemode })),
  reminder: (livemode) => paymentReminderLetter(invoice({ livemode })),
  'final notice': (livemode) => paymentFinalNoticeLetter(invoice({ livemode })),
  'action required': (livemode) => paymentActionRequiredLetter(invoice({ livemode })),
  'payment intent failed': (livemode) => paymentIntentFailedLetter(!livemode),
  'checkout failed': (livemode) => checkoutFailedLetter(checkout({ livemode })),
  'trial ending': (livemode) => trialEndingLetter(on('2026-12-01'), !livemode),
  'renewal upcoming': (livemode) => renewalUpcomingLetter({ ...renewal, isTest: !livemode }),
}
const STAFF: Record<string, (livemode: boolean) => Composition> = {
  dispute: (livemode) => disputeOpenedLetter(dispute({ livemode })),
  'finalization failed': (livemode) => finalizationFailedLetter(invoice({ livemode })),
}

describe.each(Object.entries({ ...CUSTOMERS, ...STAFF }))('the letter "%s"', (name, letter) => {
  test('has a subject of one line, a title, and something to say', () => {
    const { subject, title, paragraphs, footer } = letter(true)
    expect(subject).toMatch(/^[^\r\n]{10,78}$/)
    expect(title).not.toBe('')
    expect(paragraphs.length).toBeGreaterThan(0)
    expect(footer).toBe(name in STAFF ? STAFF_FOOTER : CUSTOMER_FOOTER)
  })

  test('says whether it is about a test, and never a missing value', () => {
    expect([letter(true).isTest, letter(false).isTest]).toEqual([false, true])
    expect(JSON.stringify(letter(true))).not.toMatch(/undefined|null|NaN|jane@example.com/)
  })
})

const saidBy = ({ subject, paragraphs, facts = [] }: Composition) =>
  [subject, ...paragraphs, ...facts.flat()].join('\n')

describe('a letter about an open invoice', () => {
  test('asks for what is still to be paid of it, and shows where', () => {
    for (const letter of [paymentFailedLetter, paymentReminderLetter, paymentFinalNoticeLetter]) {
      expect(letter(invoice()).subject).toContain('$15.00')
      expect(letter(invoice()).button).toEqual({ label: 'Pay now', url: 'https://pay.example/in_1' })
    }
    expect(paymentActionRequiredLetter(invoice()).button?.label).toBe('Confirm payment')
    expect(paymentFailedLetter(invoice({ hostedInvoiceUrl: null })).button).toBeUndefined()
  })

  test('names the day of the next attempt where there is one and it matters', () => {
    expect(saidBy(paymentFailedLetter(invoice()))).toMatch(/We will try again on .*December/)
    expect(saidBy(paymentFinalNoticeLetter(invoice()))).toMatch(/We will try once more on .*December/)
    for (const letter of [paymentReminderLetter, paymentActionRequiredLetter])
      expect(saidBy(letter(invoice()))).not.toContain('December')
  })

  test('says that nobody will try again where no attempt is planned', () => {
    const last = invoice({ nextPaymentAttempt: null, number: null })
    expect(saidBy(paymentFinalNoticeLetter(last))).toContain('We will not try again by ourselves.')
    expect(saidBy(paymentFailedLetter(last))).not.toMatch(/try again|Next attempt|Invoice/)
  })
})

describe('an invoice', () => {
  const facts = (changes: Partial<BilledInvoice>) =>
    Object.fromEntries(invoiceLetter(payment(), invoice(changes), 'A-1').facts ?? [])

  test('shows its period, and none that is but a moment', () => {
    expect(facts({})).toHaveProperty('Billing period')
    expect(facts({ periodEnd: on('2026-11-01') })).not.toHaveProperty('Billing period')
    expect(facts({ periodStart: null })).not.toHaveProperty('Billing period')
  })

  test('is of the day on which it was made, else of that on which it was paid', () => {
    expect(facts({})['Date']).toContain('20')
    expect(facts({ createdAt: null })['Date']).toContain('21')
  })
})

test('an order that failed names its amount where that is known', () => {
  expect(saidBy(checkoutFailedLetter(checkout()))).toContain('the payment of $20.00, so')
  expect(saidBy(checkoutFailedLetter(checkout({ amount: null })))).toContain('the payment, so')
  expect(saidBy(checkoutFailedLetter(checkout({ currency: null })))).toContain('the payment, so')
})

test('a renewal says what it will cost, and when that is nothing', () => {
  expect(saidBy(renewalUpcomingLetter({ ...renewal, isTest: false }))).toContain('We will then charge $20.00')
  expect(saidBy(renewalUpcomingLetter({ ...renewal, amount: 0n, isTest: false }))).toContain('Nothing will be charged')
})

describe('a dispute', () => {
  test('says until when staff may answer, and where', () => {
    const letter = disputeOpenedLetter(dispute())
    expect(letter.subject).toMatch(/^Dispute over \$20.00: answer by .*December/)
    expect(letter.button?.url).toBe('https://dashboard.stripe.com/disputes/dp_1')
    expect(saidBy(letter)).toContain('product not received')
  })

  test('without a day, a reason or a charge says so or leaves it out', () => {
    const letter = disputeOpenedLetter(dispute({ evidenceDueBy: null, reason: null, chargeId: null }))
    expect(letter.subject).toBe('Dispute over $20.00')
    expect(letter.facts).toContainEqual(['Reason', 'not given'])
    expect(saidBy(letter)).not.toContain('Charge')
  })

  test('of a connected account, or in test mode, leads to its place there', () => {
    const letter = disputeOpenedLetter(dispute({ account: 'acct_1', livemode: false }))
    expect(letter.button?.url).toBe('https://dashboard.stripe.com/acct_1/test/disputes/dp_1')
    expect(letter.facts).toContainEqual(['Account', 'acct_1'])
    expect(finalizationFailedLetter(invoice({ account: 'acct_1' })).facts).toContainEqual(['Account', 'acct_1'])
  })
})
