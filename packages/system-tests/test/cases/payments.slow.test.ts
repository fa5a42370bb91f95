import type { Case } from './support/case-files.ts'
import { type CaseOptions, describeCases, type Expected } from './support/describe-cases.ts'
import {
  charge,
  inside,
  intent,
  invoice,
  invoicePayment,
  moneyCase,
  openInvoice,
  refund,
  session,
} from './support/money-events.ts'

/** One payment in the platform's live mode, without tax. */
const once = (paymentId: string, amount = 2000, account = 'cash'): Expected => ({
  ledger: { [account]: amount, revenue: -amount },
  payments: [{ payment_id: paymentId, status: 'succeeded', amount }],
})

/** Not every order is run: these are many cases, and the orders of two or three events are few. */
const case_ = (expected: Expected, events: Case): [Expected, CaseOptions] => [
  expected,
  { events, modes: ['batch', 'single'] },
]

const creates = { invoice_creation: { enabled: true } }
const unpaid = { payment_status: 'unpaid' }
const vat = (amount: number, tax_behavior = 'exclusive') => ({ total_taxes: [{ amount, tax_behavior }] })
const record = { payment: { type: 'payment_record', payment_record: 'prec_1' } }

describeCases('one intent pays once', {
  'an intent whose session has another amount of tax': case_(
    { ledger: { cash: 2380, revenue: -2000, tax: -380 }, payments: [{ payment_id: 'cs_1', amount: 2380 }] },
    moneyCase(session({ amount_total: 2380, total_details: { amount_tax: 380 } }), intent({ amount_received: 2380 })),
  ),
  'an intent of a session without an intent event': case_(once('cs_1'), moneyCase(session())),
  'an intent of an old version, which names its invoice': case_(
    once('in_1'),
    moneyCase(invoice({ payment_intent: 'pi_1', charge: 'ch_1' }), intent({ invoice: 'in_1' })),
  ),
  'an intent whose order is its invoice': case_(
    once('in_1'),
    moneyCase(invoice(), intent({ payment_details: { order_reference: 'in_1' } })),
  ),
  'an intent that no event links to its invoice': case_(once('in_1'), moneyCase(invoice(), intent())),
  'an intent beside an invoice of another amount': case_(
    {
      ledger: { cash: 5000, revenue: -5000 },
      payments: [
        { payment_id: 'in_1', amount: 2000 },
        { payment_id: 'pi_1', amount: 3000 },
      ],
    },
    moneyCase(invoice(), intent({ amount_received: 3000 })),
  ),
  'a session that creates an invoice of which no event comes': case_(once('cs_1'), moneyCase(session(creates))),
  'a session whose invoice no event links to the intent': case_(
    once('in_1'),
    moneyCase(session(creates), intent(), invoice()),
  ),
  'a session that names its invoice': case_(once('in_1'), moneyCase(session({ invoice: 'in_1' }), invoice(), intent())),
  'an order whose debit takes days': case_(
    once('cs_1'),
    moneyCase(session(unpaid), intent(), session({}, 'checkout.session.async_payment_succeeded')),
  ),
  'an order whose debit fails': case_(
    { ledger: {}, payments: [] },
    moneyCase(session(unpaid), session(unpaid, 'checkout.session.async_payment_failed')),
  ),
  'an order of which a part is captured': case_(
    once('cs_1', 1500),
    moneyCase(session(unpaid), charge({ payment_intent: 'pi_1', amount_captured: 1500 }, 'charge.captured')),
  ),
  'an order of which a part is captured, whose session says so at last': case_(
    once('cs_1', 1500),
    moneyCase(session(unpaid), intent({ amount_received: 1500 }), session()),
  ),
  'an order of which a part is captured, and the rest is released as a refund': case_(
    once('cs_1', 1500),
    moneyCase(
      session(unpaid),
      charge({ payment_intent: 'pi_1', amount_captured: 1500, amount_refunded: 500 }, 'charge.captured'),
      charge(
        {
          ...{ payment_intent: 'pi_1', amount_captured: 1500, amount_refunded: 500 },
          refunds: { data: [{ id: 're_1', amount: 500, status: 'succeeded', balance_transaction: null }] },
        },
        'charge.refunded',
      ),
      intent({ amount_received: 1500 }),
    ),
  ),
  'an order whose authorization is canceled': case_(
    { ledger: {}, payments: [], unknownPayments: [] },
    moneyCase(
      session(unpaid),
      charge({ payment_intent: 'pi_1', captured: false, amount_captured: 0 }),
      charge(
        { payment_intent: 'pi_1', captured: false, amount_captured: 0, amount_refunded: 2000, refunded: true },
        'charge.refunded',
      ),
    ),
  ),
  'a session that keeps a card': case_(
    { ledger: {}, payments: [] },
    moneyCase(session({ mode: 'setup', payment_intent: null, amount_total: null, setup_intent: 'seti_1' })),
  ),
  'a charge of the Charges API': case_(once('ch_1'), moneyCase(charge())),
  'an intent of a guest, which names where its receipt goes': case_(
    { ...once('pi_1'), emails: [{ kind: 'receipt', to: 'guest@example.com', text: ['20.00'] }] },
    moneyCase(intent({ customer: null, receipt_email: 'guest@example.com' })),
  ),
  'a charge that is not captured': case_({ ledger: {}, payments: [] }, moneyCase(charge({ captured: false }))),
  'a transfer to a connected account': case_(
    { ledger: {}, payments: [] },
    moneyCase(inside({ account: 'acct_1' }, charge({ id: 'py_1', source_transfer: 'tr_1' }))),
  ),
  'a refund that comes before its payment': case_(
    { ledger: { cash: 1500, revenue: -2000, refunds: 500 }, payments: [{ payment_id: 'pi_1', amount: 2000 }] },
    moneyCase(refund(500), intent()),
  ),
  yen: case_(once('pi_1', 500), moneyCase(intent({ amount_received: 500, currency: 'jpy' }))),
  dinars: case_(once('pi_1', 12_345), moneyCase(intent({ amount_received: 12_345, currency: 'kwd' }))),
  'the greatest amounts': case_(
    {
      ledger: { cash: 13_580_246_790, revenue: -11_411_972_092, tax: -2_168_274_698 },
      payments: [{ payment_id: 'in_1', amount: 13_580_246_790 }],
      events: ['processed', 'processed'],
    },
    moneyCase(
      invoice({
        ...{ amount_due: 13_580_246_790, amount_paid: 13_580_246_790, total: 13_580_246_790, subtotal: 11_411_972_092 },
        ...vat(2_168_274_698),
        lines: { data: [{ amount: 11_411_972_092, quantity: 11_411_972_092, description: 'Drops', currency: 'usd' }] },
      }),
      invoicePayment('1', 13_580_246_790),
    ),
  ),
})

describeCases('an invoice is booked as it is paid', {
  'in two parts': case_(
    once('in_1', 10_000),
    moneyCase(
      invoicePayment('1', 4000),
      openInvoice(4000, { amount_due: 10_000, total: 10_000 }),
      invoicePayment('2', 6000),
      invoice({ amount_due: 10_000, amount_paid: 10_000, total: 10_000 }),
    ),
  ),
  'in two parts of which one is refunded': case_(
    { ledger: { cash: 4000, revenue: -10_000, refunds: 6000 }, payments: [{ payment_id: 'in_1', amount: 10_000 }] },
    moneyCase(
      invoicePayment('1', 4000),
      invoicePayment('2', 6000),
      refund(6000, { payment_intent: 'pi_2', charge: 'ch_2' }),
      invoice({ amount_due: 10_000, amount_paid: 10_000, total: 10_000 }),
    ),
  ),
  'in parts, with tax that does not divide': case_(
    { ledger: { cash: 1000, revenue: -840, tax: -160 }, payments: [{ payment_id: 'in_1', amount: 1000 }] },
    moneyCase(
      invoicePayment('1', 333),
      openInvoice(333, { amount_due: 1000, total: 1000, ...vat(160, 'inclusive') }),
      invoicePayment('2', 667),
      invoice({ amount_due: 1000, amount_paid: 1000, total: 1000, ...vat(160, 'inclusive') }),
    ),
  ),
  'in part, of which the rest is uncollectible': case_(
    once('in_1', 4000),
    moneyCase(
      invoicePayment('1', 4000),
      invoice({ status: 'uncollectible', amount_due: 10_000, amount_paid: 4000 }, 'invoice.marked_uncollectible'),
    ),
  ),
  'in part, by an endpoint without payments': case_(
    once('in_1', 4000),
    moneyCase(openInvoice(0, { amount_due: 10_000 }), openInvoice(4000, { amount_due: 10_000 })),
  ),
  'in part from the balance, with tax in proportion': case_(
    { ledger: { cash: 1190, revenue: -1000, tax: -190 }, payments: [{ payment_id: 'in_1', amount: 1190 }] },
    moneyCase(invoice({ amount_due: 1190, amount_paid: 1190, total: 2380, starting_balance: -1190, ...vat(380) })),
  ),
  'with tax of an old version': case_(
    { ledger: { cash: 1190, revenue: -1000, tax: -190 }, payments: [{ payment_id: 'in_1', amount: 1190 }] },
    moneyCase(invoice({ amount_due: 1190, amount_paid: 1190, total: 1190, total_taxes: undefined, tax: 190 })),
  ),
  'outside Stripe, in the older shape': case_(
    once('in_1', 2000, 'external'),
    moneyCase(invoice({ paid_out_of_band: true })),
  ),
  'outside Stripe, in the older shape, of which nothing counts as paid': case_(
    once('in_1', 2000, 'external'),
    moneyCase(invoice({ paid_out_of_band: true, amount_paid: 0, payment_intent: 'pi_1' })),
  ),
  'outside Stripe, as a record': case_(
    once('in_1', 2000, 'external'),
    moneyCase(invoice(), invoicePayment('1', 2000, record)),
  ),
  'in part outside Stripe': case_(
    { ledger: { cash: 500, external: 1500, revenue: -2000 }, payments: [{ payment_id: 'in_1', amount: 2000 }] },
    moneyCase(invoice(), invoicePayment('1', 500), invoicePayment('2', 1500, record)),
  ),
  'by a trial': case_({ ledger: {} }, moneyCase(invoice({ amount_due: 0, amount_paid: 0, total: 0 }))),
  'by the balance alone': case_(
    { ledger: {} },
    moneyCase(invoice({ amount_due: 0, amount_paid: 0, total: 2000, starting_balance: -5000, ending_balance: -3000 })),
  ),
  'by a credit note alone, where the amount due stays': case_(
    { ledger: {} },
    moneyCase(invoice({ amount_due: 2000, amount_paid: 0, pre_payment_credit_notes_amount: 2000 })),
  ),
  'with more than was due': case_(
    once('in_1', 2500),
    moneyCase(
      invoice({ amount_overpaid: 500 }, 'invoice.overpaid'),
      invoice({ amount_overpaid: 500 }),
      invoicePayment('1', 2500),
    ),
  ),
})
