import { describe, expect, test } from '@jest/globals'
import type {
  BilledCheckout,
  BilledInvoice,
  BilledPayment,
  OpenedDispute,
  OpenedFraudWarning,
} from '@sluice/database/records'
import { type Draft, NO_TEMPLATES, writeEmail } from '@sluice/emails'
import { checkoutFailedEmail } from '../../src/effects/checkout.failed.ts'
import { creditNoteEmail } from '../../src/effects/credit_note.ts'
import { disputeOpenedEmail } from '../../src/effects/dispute.opened.ts'
import { fraudWarningOpenedEmail } from '../../src/effects/fraud_warning.opened.ts'
import { finalizationFailedEmail } from '../../src/effects/invoice.finalization_failed.ts'
import { invoiceEmail } from '../../src/effects/invoice.ts'
import { paymentActionRequiredEmail } from '../../src/effects/payment.action_required.ts'
import { paymentFailedEmail } from '../../src/effects/payment.failed.ts'
import { paymentFinalNoticeEmail } from '../../src/effects/payment.final_notice.ts'
import { paymentReminderEmail } from '../../src/effects/payment.reminder.ts'
import { paymentIntentFailedEmail } from '../../src/effects/payment_intent.failed.ts'
import { receiptEmail } from '../../src/effects/receipt.ts'
import { renewalUpcomingEmail } from '../../src/effects/renewal.upcoming.ts'
import { trialEndingEmail } from '../../src/effects/trial.ending.ts'
import { creditNote } from '../outbound/pdf/samples.ts'

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
  details: null,
  invoicePdf: null,
  email: 'jane@example.com',
  locales: null,
  ...changes,
})

const payment = (changes: Partial<BilledPayment> = {}): BilledPayment => ({
  paymentId: 'in_1',
  status: 'succeeded',
  amount: 2_000n,
  currency: 'usd',
  occurredAt: on('2026-11-21'),
  livemode: true,
  account: null,
  email: 'jane@example.com',
  locales: null,
  invoice: null,
  checkout: null,
  ...changes,
})

const checkout = (changes: Partial<BilledCheckout> = {}): BilledCheckout => ({
  mode: 'payment',
  status: 'complete',
  paymentStatus: 'unpaid',
  amount: 2_000n,
  currency: 'usd',
  livemode: true,
  email: 'jane@example.com',
  locales: null,
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

const fraudWarning = (changes: Partial<OpenedFraudWarning> = {}): OpenedFraudWarning => ({
  fraudWarningId: 'issfr_1',
  fraudType: 'made_with_stolen_card',
  actionable: true,
  chargeId: 'ch_1',
  paymentIntentId: 'pi_1',
  account: null,
  livemode: true,
  payment: { amount: 2_000n, currency: 'usd' },
  ...changes,
})

const renewal = { renewsAt: on('2026-12-01'), amount: 2_000n, currency: 'usd' }

/** Before every date above that lies ahead; a month later all of them have passed. */
const NOW = on('2026-11-25')
const LATER = on('2026-12-25')

const inEnglish = (draft: Draft) => writeEmail(draft, 'en', NO_TEMPLATES)

/** Every e-mail, in live mode or not. */
const TO_CUSTOMERS: Record<string, (livemode: boolean) => Draft> = {
  receipt: (livemode) => receiptEmail(payment({ livemode }), 'R-1', true),
  invoice: (livemode) => invoiceEmail(payment(), invoice({ livemode }), 'A-1'),
  'credit note': (livemode) => creditNoteEmail(creditNote({ livemode }), 'CN-1'),
  'payment failed': (livemode) => paymentFailedEmail(invoice({ livemode }), NOW),
  reminder: (livemode) => paymentReminderEmail(invoice({ livemode })),
  'final notice': (livemode) => paymentFinalNoticeEmail(invoice({ livemode })),
  'final notice of an ended subscription': (livemode) => paymentFinalNoticeEmail(invoice({ livemode }), 'ended'),
  'final notice of an unpaid subscription': (livemode) => paymentFinalNoticeEmail(invoice({ livemode }), 'unpaid'),
  'final notice of an invoice': (livemode) => paymentFinalNoticeEmail(invoice({ livemode }), 'oneOff'),
  'action required': (livemode) => paymentActionRequiredEmail(invoice({ livemode })),
  'payment intent failed': (livemode) => paymentIntentFailedEmail(!livemode),
  'checkout failed': (livemode) => checkoutFailedEmail(checkout({ livemode })),
  'trial ending': (livemode) => trialEndingEmail(on('2026-12-01'), { missingPaymentMethod: null, livemode }),
  'renewal upcoming': (livemode) => renewalUpcomingEmail({ ...renewal, isTest: !livemode }),
}
const TO_STAFF: Record<string, (livemode: boolean) => Draft> = {
  dispute: (livemode) => disputeOpenedEmail(dispute({ livemode }), NOW),
  'fraud warning': (livemode) => fraudWarningOpenedEmail(fraudWarning({ livemode })),
  'finalization failed': (livemode) => finalizationFailedEmail(invoice({ livemode })),
}

describe.each(Object.entries({ ...TO_CUSTOMERS, ...TO_STAFF }))('the e-mail "%s"', (name, email) => {
  test('has a subject of one line, a title, a text, and the footer of its readers', () => {
    const { subject, title, paragraphs, footer } = inEnglish(email(true))
    expect(subject).toMatch(/^[^\r\n]{10,78}$/)
    expect(title).not.toBe('')
    expect(paragraphs.length).toBeGreaterThan(0)
    expect(footer).toContain(name in TO_STAFF ? 'Sluice sent this message' : 'payment or subscription with us')
  })

  test('is marked as a test in test mode, and never shows a missing value', () => {
    expect(inEnglish(email(true)).note).toBeNull()
    expect(inEnglish(email(false))).toMatchObject({
      subject: expect.stringMatching(/^\[Test\] /),
      note: 'Test mode: no money has moved.',
    })
    const { subject, title, paragraphs, details } = inEnglish(email(true))
    expect(JSON.stringify([subject, title, paragraphs, details])).not.toMatch(/undefined|null|NaN|jane@example.com/)
  })
})

const textOf = (draft: Draft) => {
  const { subject, paragraphs, details } = inEnglish(draft)
  return [subject, ...paragraphs, ...details.flat()].join('\n')
}

describe('an e-mail about an open invoice', () => {
  test('names the amount still to be paid, and links to where to pay it', () => {
    const drafts = [
      paymentFailedEmail(invoice(), NOW),
      paymentReminderEmail(invoice()),
      paymentFinalNoticeEmail(invoice()),
    ]
    for (const draft of drafts) {
      expect(inEnglish(draft).subject).toContain('$15.00')
      expect(inEnglish(draft).button).toEqual({ label: 'Pay now', url: 'https://pay.example/in_1' })
    }
    expect(inEnglish(paymentActionRequiredEmail(invoice())).button?.label).toBe('Confirm payment')
    expect(inEnglish(paymentFailedEmail(invoice({ hostedInvoiceUrl: null }), NOW)).button).toBeNull()
  })

  test('names the day of the next attempt where it matters', () => {
    expect(textOf(paymentFailedEmail(invoice(), NOW))).toContain('We will try again on 1 December 2026')
    for (const email of [paymentReminderEmail, paymentActionRequiredEmail, paymentFinalNoticeEmail])
      expect(textOf(email(invoice()))).not.toContain('December')
  })

  test('says that there is no further attempt where none is planned', () => {
    const last = invoice({ nextPaymentAttempt: null, number: null })
    expect(textOf(paymentFinalNoticeEmail(last))).toContain('We will not try again automatically.')
    expect(textOf(paymentFailedEmail(last, NOW))).not.toMatch(/try again|Next attempt|Invoice/)
  })

  test('does not mention an attempt whose date has passed', () => {
    expect(textOf(paymentFailedEmail(invoice(), LATER))).not.toMatch(/December|again|once more|Next attempt/)
  })

  test('says that the subscription has ended, and asks for nothing, where the payment failed for good', () => {
    const draft = paymentFinalNoticeEmail(invoice(), 'ended')
    expect(textOf(draft)).toContain('your subscription has ended')
    expect(textOf(draft)).not.toMatch(/pay now|avoid an interruption/)
    expect(inEnglish(draft).button).toBeNull()
  })

  test('says what the subscription is, or speaks of none', () => {
    expect(textOf(paymentFinalNoticeEmail(invoice(), 'unpaid'))).toContain('Your subscription is suspended')
    expect(textOf(paymentFinalNoticeEmail(invoice(), 'oneOff'))).not.toMatch(/subscription|service/)
  })
})

describe('the e-mail of an invoice', () => {
  const details = (changes: Partial<BilledInvoice>) =>
    Object.fromEntries(inEnglish(invoiceEmail(payment(), invoice(changes), 'A-1')).details)

  test('shows the billing period unless it starts and ends on one day', () => {
    expect(details({})).toHaveProperty('Billing period')
    expect(details({ periodEnd: on('2026-11-01') })).not.toHaveProperty('Billing period')
    expect(details({ periodStart: null })).not.toHaveProperty('Billing period')
  })

  test('shows the day of creation, or the day of payment where that is not known', () => {
    expect(details({})['Date']).toContain('20')
    expect(details({ createdAt: null })['Date']).toContain('21')
  })
})

test('a failed order names its amount where it is known', () => {
  expect(textOf(checkoutFailedEmail(checkout()))).toContain('the payment of $20.00, so')
  expect(textOf(checkoutFailedEmail(checkout({ amount: null })))).toContain('the payment, so')
  expect(textOf(checkoutFailedEmail(checkout({ currency: null })))).toContain('the payment, so')
})

test('a renewal names its price, or says that it costs nothing', () => {
  expect(textOf(renewalUpcomingEmail({ ...renewal, isTest: false }))).toContain('We will charge $20.00')
  expect(textOf(renewalUpcomingEmail({ ...renewal, amount: 0n, isTest: false }))).toContain('You will not be charged')
})

test.each([
  ['cancel', 'Without one, your subscription ends on that date, and you will not be charged.'],
  ['pause', 'Without one, your subscription is paused on that date, and you will not be charged.'],
  ['create_invoice', 'Without one, your subscription continues, and we will ask you to pay its first invoice.'],
  [null, 'Without one, your subscription continues, and we will ask you to pay its first invoice.'],
])('a trial that ends says what happens without a payment method: %s', (missingPaymentMethod, words) => {
  expect(textOf(trialEndingEmail(on('2026-12-01'), { missingPaymentMethod, livemode: true }))).toContain(words)
})

test('the e-mail of a fraud warning says what is known of the payment, and where to refund it', () => {
  const draft = fraudWarningOpenedEmail(fraudWarning({ account: 'acct_1' }))
  expect(inEnglish(draft)).toMatchObject({
    subject: 'Fraud warning for a payment of $20.00',
    button: { url: 'https://dashboard.stripe.com/acct_1/payments/pi_1' },
  })
  expect(textOf(draft)).toContain('made with stolen card')
  const unknown = fraudWarningOpenedEmail(
    fraudWarning({ payment: null, chargeId: null, paymentIntentId: null, fraudType: null }),
  )
  expect(inEnglish(unknown)).toMatchObject({ subject: 'Fraud warning for a payment', button: null })
  expect(textOf(unknown)).not.toMatch(/Charge|Amount|Account/)
})

describe('the e-mail of a dispute', () => {
  test.each([
    ['needs_response', /respond by 5 December 2026\n.*withdrawn the amount.*\nSubmit evidence.* by 5 December 2026/],
    ['appeal_needs_response', /Submit evidence/],
    ['under_review', /A response was submitted.*withdrawn the amount/],
    ['lost', /cannot be answered.*withdrawn the amount/],
    ['warning_needs_response', /Inquiry about \$20.00: respond by 5 December 2026\nNo money has been taken/],
    ['warning_under_review', /No money has been taken. A response was submitted/],
  ])('says what there is to do, and whether money was taken: %s', (status, words) => {
    const text = textOf(disputeOpenedEmail(dispute({ status }), NOW))
    expect(text).toMatch(words)
    if (!/needs_response/.test(status)) expect(text).not.toMatch(/Submit|Respond|is lost\./)
    if (status.startsWith('warning_')) expect(text).not.toMatch(/withdrawn|is lost\./)
  })

  test('says until when the staff may respond, and where', () => {
    const draft = disputeOpenedEmail(dispute(), NOW)
    const email = inEnglish(draft)
    expect(email.subject).toBe('Dispute over $20.00: respond by 5 December 2026')
    expect(email.button?.url).toBe('https://dashboard.stripe.com/disputes/dp_1')
    expect(textOf(draft)).toContain('product not received')
  })

  test('does not mention a date that has passed', () => {
    expect(textOf(disputeOpenedEmail(dispute(), LATER))).not.toMatch(/December|Submit evidence/)
  })

  test('leaves out what is not known', () => {
    const draft = disputeOpenedEmail(dispute({ evidenceDueBy: null, reason: null, chargeId: null }), NOW)
    const email = inEnglish(draft)
    expect(email.subject).toBe('Dispute over $20.00')
    expect(email.details).toContainEqual(['Reason', 'not given'])
    expect(textOf(draft)).not.toContain('Charge')
  })

  test('links to the connected account and to test mode', () => {
    const email = inEnglish(disputeOpenedEmail(dispute({ account: 'acct_1', livemode: false }), NOW))
    expect(email.button?.url).toBe('https://dashboard.stripe.com/acct_1/test/disputes/dp_1')
    expect(email.details).toContainEqual(['Account', 'acct_1'])
    expect(inEnglish(finalizationFailedEmail(invoice({ account: 'acct_1' }))).details).toContainEqual([
      'Account',
      'acct_1',
    ])
  })
})
