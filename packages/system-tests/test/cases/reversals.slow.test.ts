import { type Case, caseOf } from './support/case-files.ts'
import { describeCases } from './support/describe-cases.ts'

describeCases('money out: the ledger is what went back', {
  'dispute-open': [{ ledger: { cash: -1_500, revenue: -2_000, disputes: 2_000, fees: 1_500 } }],
  'dispute-lost-appealed-won-lost': [{ ledger: { revenue: -2_000, disputes: 2_000 } }],
  'dispute-inquiry': [{ ledger: {}, unknownPayments: ['du_disputeinquiry1'] }],
  'dispute-letter-after-close': [{ ledger: {}, unknownPayments: ['du_disputelettera1'] }],
  /** The bank took the money although it was refunded already. */
  'refund-and-dispute-same-charge': [{ ledger: { cash: -2_000, revenue: -2_000, refunds: 2_000, disputes: 2_000 } }],
  'credit-note-post-payment': [{ ledger: { cash: 1_300, revenue: -2_000, refunds: 700 } }],
  'refund-of-a-payment-never-seen': [{ unknownPayments: ['re_case2'] }],
})

interface Envelope {
  account?: string
  livemode?: boolean
  version?: string
}

type Body = Record<string, unknown>

/** A case by code: an event a second, each with its type and its object. */
const events = (objects: [type: string, object: Body][], envelope: Envelope = {}): Case =>
  caseOf(
    objects.map(([type, object], index) => ({
      name: `${index + 1} ${type}`,
      body: JSON.stringify({
        id: `evt_reversals_${index}`,
        object: 'event',
        api_version: envelope.version ?? '2026-10-28.endive',
        created: 1_795_825_601 + index * 10,
        livemode: envelope.livemode ?? true,
        ...(envelope.account && { account: envelope.account }),
        pending_webhooks: 1,
        request: { id: null, idempotency_key: null },
        type,
        data: { object },
      }),
    })),
  )

const SESSION: Body = {
  ...{ id: 'cs_live_1', object: 'checkout.session', mode: 'payment', status: 'complete', payment_status: 'paid' },
  ...{ customer: 'cus_1', customer_details: { email: 'ada@example.com' }, metadata: {}, invoice: null },
  ...{ subscription: null, payment_intent: 'pi_1', amount_total: 2_000, currency: 'usd' },
}
const paid = (fields: Body = {}): [string, Body] => ['checkout.session.completed', { ...SESSION, ...fields }]

const dispute = (type: string, status: string, fields: Body = {}): [string, Body] => [
  `charge.dispute.${type}`,
  {
    ...{ id: 'du_1', object: 'dispute', amount: 2_000, currency: 'usd', status, reason: 'fraudulent' },
    ...{ charge: 'ch_1', payment_intent: 'pi_1', evidence_details: {}, balance_transactions: [], ...fields },
  },
]

const refund = (type: string, status: string, fields: Body = {}): [string, Body] => [
  type,
  {
    ...{ id: 're_1', object: 'refund', amount: 500, currency: 'usd', status },
    ...{ payment_intent: 'pi_1', charge: 'ch_1', ...fields },
  },
]

const OUT = { amount: -2_000, fee: 1_500, net: -3_500 }
const BACK = { amount: 2_000, fee: 0, net: 2_000 }
const moved = (...movements: Body[]) => ({ balance_transactions: movements })

const LARGEST = 13_580_246_790

const INVOICE: Body = {
  ...{ id: 'in_1', object: 'invoice', customer: 'cus_1', currency: 'usd', status: 'paid', billing_reason: 'manual' },
  ...{ amount_due: 2_000, amount_paid: 2_000, amount_remaining: 0, total: 2_000, lines: { data: [] }, parent: null },
}
const invoicePaid: [string, Body] = ['invoice.paid', INVOICE]
const creditNote = (type: string, fields: Body = {}): [string, Body] => [
  `credit_note.${type}`,
  {
    ...{ id: 'cn_1', object: 'credit_note', invoice: 'in_1', customer: 'cus_1', amount: 700, currency: 'usd' },
    ...{ number: 'CN-1', status: 'issued', type: 'post_payment', ...fields },
  },
]

describeCases('money out: neighbours', {
  'a dispute that is won after its funds were withdrawn, where the fee stays': [
    { ledger: { cash: 500, revenue: -2_000, fees: 1_500 } },
    {
      events: events([
        paid(),
        dispute('funds_withdrawn', 'needs_response', moved(OUT)),
        dispute('closed', 'won', moved(OUT)),
        dispute('funds_reinstated', 'won', moved(OUT, BACK)),
      ]),
    },
  ],
  'a dispute that is won, where the fee comes back': [
    { ledger: { cash: 2_000, revenue: -2_000 } },
    {
      events: events([
        paid(),
        dispute('funds_withdrawn', 'needs_response', moved(OUT)),
        dispute('funds_reinstated', 'won', moved({ amount: 2_000, fee: -1_500, net: 3_500 })),
      ]),
    },
  ],
  'funds withdrawn without movements, and lost': [
    { ledger: { revenue: -2_000, disputes: 2_000 } },
    {
      events: events([
        paid(),
        dispute('created', 'needs_response'),
        dispute('funds_withdrawn', 'needs_response'),
        dispute('closed', 'lost'),
      ]),
    },
  ],
  'withdrawn, reinstated and withdrawn again, with a fee each time': [
    { ledger: { cash: -3_000, revenue: -2_000, disputes: 2_000, fees: 3_000 } },
    {
      events: events([
        paid(),
        dispute('funds_withdrawn', 'needs_response', moved(OUT)),
        dispute('funds_reinstated', 'won', moved(BACK)),
        dispute('funds_withdrawn', 'lost', moved(OUT)),
      ]),
    },
  ],
  'an inquiry that becomes a dispute': [
    { ledger: { cash: -1_500, revenue: -2_000, disputes: 2_000, fees: 1_500 } },
    {
      events: events([
        paid(),
        dispute('created', 'warning_needs_response'),
        dispute('updated', 'needs_response'),
        dispute('funds_withdrawn', 'needs_response', moved(OUT)),
      ]),
    },
  ],
  'an inquiry that is closed': [
    { ledger: { cash: 2_000, revenue: -2_000 } },
    {
      events: events([
        paid(),
        dispute('created', 'warning_needs_response'),
        dispute('updated', 'warning_under_review'),
        dispute('closed', 'warning_closed'),
      ]),
    },
  ],
  'a prevented dispute whose payment is refunded': [
    { ledger: { revenue: -2_000, refunds: 2_000 } },
    {
      events: events([
        paid(),
        dispute('created', 'prevented'),
        refund('refund.created', 'succeeded', { amount: 2_000 }),
        dispute('closed', 'prevented'),
      ]),
    },
  ],
  'an appeal that is still open': [
    { ledger: { revenue: -2_000, disputes: 2_000 } },
    {
      events: events([
        paid(),
        dispute('closed', 'lost'),
        dispute('updated', 'appeal_needs_response'),
        dispute('updated', 'appeal_under_review'),
      ]),
    },
  ],
  'a part of a payment is disputed, of a connected account in test mode, in yen': [
    { ledger: { cash: -300, revenue: -2_000, disputes: 800, fees: 1_500 } },
    {
      events: events(
        [
          paid({ currency: 'jpy' }),
          dispute('created', 'needs_response', { amount: 800, currency: 'jpy' }),
          dispute('funds_withdrawn', 'needs_response', {
            ...{ amount: 800, currency: 'jpy' },
            ...moved({ id: 'txn_1', amount: -800, fee: 1_500, net: -2_300, currency: 'jpy', created: 1_795_825_620 }),
          }),
        ],
        { account: 'acct_1', livemode: false },
      ),
    },
  ],
  'the largest amount is lost': [
    { ledger: { revenue: -LARGEST, disputes: LARGEST } },
    { events: events([paid({ amount_total: LARGEST }), dispute('closed', 'lost', { amount: LARGEST })]) },
  ],
  'a refund that fails after it had succeeded': [
    { ledger: { cash: 2_000, revenue: -2_000 } },
    {
      events: events([
        paid(),
        refund('refund.created', 'pending'),
        refund('charge.refund.updated', 'succeeded'),
        refund('refund.failed', 'failed'),
      ]),
    },
  ],
  'two refunds of one payment, one by its charge alone in an old version': [
    { ledger: { cash: 1_200, revenue: -2_000, refunds: 800 } },
    {
      events: events(
        [
          paid(),
          refund('refund.created', 'succeeded'),
          [
            'charge.refunded',
            {
              ...{ id: 'ch_1', object: 'charge', amount: 2_000, amount_refunded: 800, currency: 'usd' },
              ...{ payment_intent: 'pi_1', customer: 'cus_1', refunded: false },
              refunds: {
                data: [
                  { id: 're_2', object: 'refund', amount: 300, status: 'succeeded' },
                  { id: 're_1', object: 'refund', amount: 500, status: 'succeeded' },
                ],
              },
            },
          ],
        ],
        { version: '2020-08-27' },
      ),
    },
  ],
  'a refund whose fee comes back': [
    { ledger: { cash: 1_515, revenue: -2_000, refunds: 500, fees: -15 } },
    {
      events: events([
        paid(),
        refund('refund.created', 'succeeded', {
          balance_transaction: { id: 'txn_1', amount: -500, fee: -15, net: -485 },
        }),
        refund('refund.updated', 'succeeded', { balance_transaction: 'txn_1' }),
      ]),
    },
  ],
  'a credit note that goes to the balance of the customer': [
    { ledger: { cash: 2_000, revenue: -2_000 } },
    { events: events([invoicePaid, creditNote('created', { customer_balance_transaction: 'cbtxn_1' })]) },
  ],
  'a credit note that is paid outside Stripe': [
    { ledger: { cash: 2_000, external: -700, revenue: -2_000, refunds: 700 } },
    {
      events: events([
        invoicePaid,
        creditNote('created', { out_of_band_amount: 700, post_payment_amount: 700 }),
        creditNote('updated', { out_of_band_amount: 700, post_payment_amount: 700, memo: 'by bank' }),
      ]),
    },
  ],
  'a credit note before payment that is void': [
    { ledger: {} },
    {
      events: events([
        creditNote('created', { type: 'pre_payment', pre_payment_amount: 700, post_payment_amount: 0 }),
        creditNote('voided', { type: 'pre_payment', status: 'void', pre_payment_amount: 700, post_payment_amount: 0 }),
      ]),
    },
  ],
  'a fraud warning of a payment that is refunded': [
    { ledger: { revenue: -2_000, refunds: 2_000 } },
    {
      events: events([
        paid(),
        [
          'radar.early_fraud_warning.created',
          {
            id: 'issfr_1',
            object: 'radar.early_fraud_warning',
            charge: 'ch_1',
            payment_intent: 'pi_1',
            actionable: true,
          },
        ],
        refund('refund.created', 'succeeded', { amount: 2_000 }),
      ]),
    },
  ],
  'a dispute of before 2014, without an id': [
    { ledger: {}, unknownPayments: ['ch_1'] },
    {
      events: events(
        [
          dispute('created', 'needs_response', {
            id: undefined,
            payment_intent: undefined,
            balance_transactions: undefined,
          }),
        ],
        { version: '2013-12-03' },
      ),
    },
  ],
})
