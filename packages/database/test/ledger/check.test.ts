import { describe, expect, test } from '@jest/globals'
import { checkLedger, countLedgerPages, type Finding, ledgerBalances } from '../../src/ledger/index.ts'
import { paymentMerge } from '../../src/merges/payment.ts'
import { creditNote, dispute, movement, payment, reference, refund } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

/** A payment of 10.00, of which 4.00 was refunded, and 1.00 more failed; and one that was lost to a dispute. */
const BOOKS = [
  ...[payment({}), reference('pi_1', 'in_1'), reference('ch_1', null, { amountRefunded: 500 })],
  ...[refund(1, 'succeeded'), refund(2, 'failed', { refundId: 're_2', amount: 100 })],
  ...[payment({ paymentId: 'in_2' }), reference('pi_2', 'in_2')],
  dispute(1, 'lost', { chargeId: null, paymentIntentId: 'pi_2' }),
  payment({ paymentId: 'in_3:failed:1', status: 'failed' }),
  payment({ paymentId: 'in_4', amount: 0 }),
]

const withBooks = (use: (worker: TestWorker) => Promise<void>) =>
  withWorker(async (worker) => {
    await worker.handle({ facts: BOOKS })
    await use(worker)
  })

async function findings({ pool }: TestWorker): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const page of checkLedger(pool)) found.push(...page.findings)
  return found
}

test('a ledger that nobody changed adds up, and so does an empty one', () =>
  withWorker(async (worker) => {
    expect(await findings(worker)).toEqual([])
    await worker.handle({ facts: BOOKS })
    expect(await findings(worker)).toEqual([])
  }))

test('a ledger adds up whose payments an older version wrote', () =>
  withBooks(async (worker) => {
    await worker.query(`UPDATE payments SET registers = jsonb_build_object('attemptCount', 1, 'first', jsonb_build_object(
      'occurredAt', to_jsonb(occurred_at), 'digest', 'd', 'contents', to_jsonb(payments) || jsonb_build_object(
        'stripeInvoiceId', stripe_invoice_id, 'stripeSubscriptionId', NULL, 'stripeCustomerId', stripe_customer_id)))`)
    expect(await findings(worker)).toEqual([])
  }))

const PAID = 'debit cash 1000 usd of in_1, credit revenue 1000 usd of in_1'
const REFUNDED = 'debit refunds 400 usd of in_1, credit cash 400 usd of in_1'

test.each<[string, string, Finding[]]>([
  [
    'a side that is missing',
    `DELETE FROM ledger_entries WHERE entry_key = 'payment:in_1' AND direction = 'credit'`,
    [
      { key: 'payment:in_1', expected: 'credits of 1000 usd, as its debits', found: '0 usd' },
      { key: 'payment:in_1', expected: PAID, found: 'debit cash 1000 usd of in_1' },
    ],
  ],
  [
    'a side of another currency',
    `UPDATE ledger_entries SET currency = 'eur' WHERE entry_key = 'payment:in_1' AND direction = 'credit'`,
    [
      { key: 'payment:in_1', expected: 'credits of 0 eur, as its debits', found: '1000 eur' },
      { key: 'payment:in_1', expected: 'credits of 1000 usd, as its debits', found: '0 usd' },
      { key: 'payment:in_1', expected: PAID, found: 'debit cash 1000 usd of in_1, credit revenue 1000 eur of in_1' },
    ],
  ],
  [
    'a side of another payment',
    `UPDATE ledger_entries SET payment_id = 'in_2' WHERE entry_key = 'refund:re_1' AND direction = 'credit'`,
    [
      { key: 'refund:re_1', expected: 'credits of 400 usd, as its debits', found: '0 usd' },
      { key: 'refund:re_1', expected: 'credits of 0 usd, as its debits', found: '400 usd' },
      { key: 'refund:re_1', expected: REFUNDED, found: 'debit refunds 400 usd of in_1, credit cash 400 usd of in_2' },
    ],
  ],
  [
    'a payment that is not booked',
    `DELETE FROM ledger_entries WHERE entry_key = 'payment:in_1'`,
    [{ key: 'payment:in_1', expected: PAID, found: 'nothing' }],
  ],
  [
    'a payment that is booked with another amount',
    `UPDATE ledger_entries SET amount = 900 WHERE entry_key = 'payment:in_1'`,
    [{ key: 'payment:in_1', expected: PAID, found: 'debit cash 900 usd of in_1, credit revenue 900 usd of in_1' }],
  ],
  [
    'an entry whose payment is not there',
    `DELETE FROM payments WHERE payment_id = 'in_2'`,
    [{ key: 'payment:in_2', expected: 'a payment in_2 that succeeded', found: 'none' }],
  ],
  [
    'an entry whose payment failed',
    `UPDATE payments SET status = 'failed' WHERE payment_id = 'in_1'`,
    [{ key: 'payment:in_1', expected: 'a payment in_1 that succeeded', found: 'none' }],
  ],
  [
    'an entry whose refund is not there',
    `DELETE FROM refunds WHERE stripe_refund_id = 're_2'`,
    [
      { key: 'refund:re_2', expected: 'a refund re_2', found: 'none' },
      { key: 'refund_failed:re_2', expected: 'a refund re_2', found: 'none' },
      { key: 'ch_1', expected: 'refunds of 500', found: '400' },
    ],
  ],
  [
    'an entry whose dispute is not there',
    'DELETE FROM disputes',
    [{ key: 'withdrawn:dp_1:1', expected: 'a dispute dp_1', found: 'none' }],
  ],
  [
    'an entry of a kind that nobody knows',
    `UPDATE ledger_entries SET entry_key = 'gift:in_2' WHERE entry_key = 'payment:in_2'`,
    [
      { key: 'gift:in_2', expected: 'a gift in_2', found: 'none' },
      { key: 'payment:in_2', expected: PAID.replaceAll('in_1', 'in_2'), found: 'nothing' },
    ],
  ],
  [
    'a refund that is not booked',
    `DELETE FROM ledger_entries WHERE entry_key = 'refund:re_1'`,
    [{ key: 'refund:re_1', expected: REFUNDED, found: 'nothing' }],
  ],
  [
    'a reversal that is not booked',
    `DELETE FROM ledger_entries WHERE entry_key = 'refund_failed:re_2'`,
    [
      {
        key: 'refund_failed:re_2',
        expected: 'debit cash 100 usd of in_1, credit refunds 100 usd of in_1',
        found: 'nothing',
      },
    ],
  ],
  [
    'a lost dispute that is not booked',
    `DELETE FROM ledger_entries WHERE entry_key = 'withdrawn:dp_1:1'`,
    [
      {
        key: 'withdrawn:dp_1:1',
        expected: 'debit disputes 1000 usd of in_2, credit cash 1000 usd of in_2',
        found: 'nothing',
      },
    ],
  ],
  [
    'more given back than was paid',
    `INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency) VALUES
      ('refund:re_1:again', 'in_1', 'refunds', 'debit', 601, 'usd'), ('refund:re_1:again', 'in_1', 'cash', 'credit', 601, 'usd')`,
    [{ key: 'in_1', expected: 'refunds of at most 1000 usd', found: '1001 usd' }],
  ],
  [
    'a refund in another currency',
    `INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency) VALUES
      ('refund:re_1:again', 'in_1', 'refunds', 'debit', 1, 'eur'), ('refund:re_1:again', 'in_1', 'cash', 'credit', 1, 'eur')`,
    [{ key: 'in_1', expected: 'refunds of at most 1000 usd', found: '1 eur' }],
  ],
  [
    'a charge with more refunded than its known refunds',
    `UPDATE payment_references SET amount_refunded = 501 WHERE reference = 'ch_1'`,
    [{ key: 'ch_1', expected: 'refunds of 501', found: '500' }],
  ],
])('%s is found', (_what, breaks, expected) =>
  withBooks(async (worker) => {
    await worker.query(breaks)
    const found = await findings(worker)
    expect(found).toEqual(expect.arrayContaining(expected))
    expect(found).toHaveLength(expected.length)
  }),
)

test('an entry that is corrected counts with its correction', () =>
  withBooks(async (worker) => {
    const withFee = dispute(1, 'needs_response', { funds: 'withdrawn', movements: [movement(-1_000, 1_500)] })
    await worker.handle({ facts: [{ ...withFee, chargeId: null, paymentIntentId: 'pi_2' }] })
    expect(await worker.query(`SELECT FROM ledger_entries WHERE corrects = 'withdrawn:dp_1:1'`)).toHaveLength(2)
    expect(await findings(worker)).toEqual([])
    await worker.query(`UPDATE ledger_entries SET amount = 1400 WHERE corrects = 'withdrawn:dp_1:1'`)
    expect(await findings(worker)).toEqual([
      {
        key: 'withdrawn:dp_1:1',
        expected: 'debit disputes 1000 usd of in_2, debit fees 1500 usd of in_2, credit cash 2500 usd of in_2',
        found: 'debit disputes 1000 usd of in_2, debit fees 1400 usd of in_2, credit cash 2400 usd of in_2',
      },
    ])
  }))

describe('a payment that is not known here', () => {
  async function unknown({ pool }: TestWorker) {
    const found = []
    for await (const page of checkLedger(pool)) found.push(...page.unknown)
    return found
  }

  test('is no error of the refund, dispute or charge that names it, and is found when it arrives', () =>
    withWorker(async (worker) => {
      await worker.handle({
        facts: [
          ...[reference('pi_1', 'in_1'), reference('ch_1', 'in_1', { amountRefunded: 500 }), refund(1, 'succeeded')],
          ...[dispute(1, 'lost', { chargeId: 'ch_9', paymentIntentId: null }), reference('ch_9', null)],
          creditNote(1, { invoiceId: 'in_7', contents: { outOfBandAmount: 30 } }),
        ],
      })
      expect(await findings(worker)).toEqual([])
      expect(await unknown(worker)).toEqual([
        { key: 're_1', paymentId: 'in_1' },
        { key: 'dp_1', paymentId: null },
        { key: 'cn_1', paymentId: 'in_7' },
        { key: 'ch_1', paymentId: 'in_1' },
      ])
      await worker.handle({ facts: [payment({})] })
      expect(await unknown(worker)).toEqual([
        { key: 'dp_1', paymentId: null },
        { key: 'cn_1', paymentId: 'in_7' },
      ])
      expect(await findings(worker)).toEqual([{ key: 'ch_1', expected: 'refunds of 500', found: '400' }])
    }))
})

test('money at Stripe and money outside it make up a payment, with its tax', () =>
  withWorker(async (worker) => {
    await worker.handle({ facts: [payment({ money: { amount: 1_000, external: 400, total: 1_000, tax: 160 } })] })
    expect(await findings(worker)).toEqual([])
    await worker.query(`UPDATE ledger_entries SET account = 'revenue', direction = 'debit' WHERE account = 'tax'`)
    expect(await findings(worker)).toHaveLength(2)
  }))

test('the balances add up to zero for each Stripe account, mode and currency', () =>
  withWorker(async (worker) => {
    const largest = 13_580_246_790
    const of = { paymentId: 'in_9', account: 'acct_1', livemode: true, currency: 'eur' }
    await worker.handle({ facts: BOOKS })
    await worker.handle({ facts: [payment({ ...of, amount: largest })] })
    const platform = { stripeAccount: null, livemode: false, currency: 'usd' }
    const connected = { stripeAccount: 'acct_1', livemode: true, currency: 'eur' }
    expect(await ledgerBalances(worker.pool)).toEqual([
      { ...platform, account: 'cash', balance: 600 },
      { ...platform, account: 'disputes', balance: 1_000 },
      { ...platform, account: 'refunds', balance: 400 },
      { ...platform, account: 'revenue', balance: -2_000 },
      { ...connected, account: 'cash', balance: largest },
      { ...connected, account: 'revenue', balance: -largest },
    ])
  }))

test('the whole ledger is checked in pages', () =>
  withWorker(async (worker) => {
    await worker.query(
      `INSERT INTO payments (payment_id, status, amount, currency, occurred_at, registers)
        SELECT 'in_' || n, 'succeeded', 100, 'usd', now(), $1 FROM generate_series(1, 2500) n`,
      [paymentMerge.registersOf(payment({ amount: 100 }))],
    )
    await worker.query(
      `INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency)
        SELECT 'payment:' || payment_id, payment_id, side.account, direction, amount, currency FROM payments,
        (VALUES ('cash', 'debit'), ('revenue', 'credit')) AS side (account, direction) WHERE payment_id <> 'in_999'`,
    )
    const pages = []
    for await (const page of checkLedger(worker.pool)) pages.push(page)
    expect(pages).toHaveLength(await countLedgerPages(worker.pool))
    expect(pages.reduce((sum, { checked }) => sum + checked, 0)).toBe(4_999)
    expect(pages.flatMap(({ findings }) => findings)).toMatchObject([{ key: 'payment:in_999', found: 'nothing' }])
  }))
