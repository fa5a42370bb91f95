import { expect, test } from '@jest/globals'
import { type LedgerEntryFact, type LedgerLine, transfer } from '@sluice/events'
import { writeLedger } from '../../src/ledger/write-entries.ts'
import { inTransaction } from '../../src/sql/transaction.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const entry = (lines: LedgerLine[], fact: Partial<LedgerEntryFact> = {}): LedgerEntryFact => ({
  ...{ kind: 'ledgerEntry', entryKey: 'payment:in_1', paymentId: 'in_1', currency: 'eur' },
  ...{ stripeAccount: 'acct_1', livemode: true, lines, ...fact },
})

const withTax: LedgerLine[] = [
  { account: 'cash', direction: 'debit', amount: 119 },
  { account: 'revenue', direction: 'credit', amount: 100 },
  { account: 'tax', direction: 'credit', amount: 19 },
]

const write = ({ pool }: TestWorker, ...entries: LedgerEntryFact[]) =>
  inTransaction(pool, (client) =>
    writeLedger(
      client,
      entries.map((one) => ({ ...one, webhookEventId: '1' })),
    ),
  )

/** `key payment direction account amount`, in the order of insertion. */
async function lines({ query }: TestWorker): Promise<string[]> {
  const rows = await query<{ line: string }>(
    `SELECT concat_ws(' ', entry_key, payment_id, direction, account, amount, currency) AS line FROM ledger_entries ORDER BY id`,
  )
  return rows.map(({ line }) => line)
}

const BOOKED = [
  'payment:in_1 in_1 debit cash 119 eur',
  'payment:in_1 in_1 credit revenue 100 eur',
  'payment:in_1 in_1 credit tax 19 eur',
]

test('an entry may have more than two lines, and is booked once', () =>
  withWorker(async (worker) => {
    await write(worker, entry(withTax))
    await write(worker, entry(withTax), entry(withTax))
    expect(await lines(worker)).toEqual(BOOKED)
    expect(await worker.query('SELECT DISTINCT stripe_account, livemode FROM ledger_entries')).toEqual([
      { stripe_account: 'acct_1', livemode: true },
    ])
  }))

test('an entry that says something else later is corrected by the difference, and never changed', () =>
  withWorker(async (worker) => {
    await write(worker, entry(transfer('cash', 'revenue', 119)))
    await write(worker, entry(withTax))
    await write(worker, entry(withTax))
    const corrected = [
      'payment:in_1 in_1 debit cash 119 eur',
      'payment:in_1 in_1 credit revenue 119 eur',
      'correction:payment:in_1:1 in_1 debit revenue 19 eur',
      'correction:payment:in_1:1 in_1 credit tax 19 eur',
    ]
    expect(await lines(worker)).toEqual(corrected)
    await write(worker, entry([]))
    expect(await lines(worker)).toEqual([
      ...corrected,
      'correction:payment:in_1:2 in_1 credit cash 119 eur',
      'correction:payment:in_1:2 in_1 debit revenue 100 eur',
      'correction:payment:in_1:2 in_1 debit tax 19 eur',
    ])
    await write(worker, entry(withTax))
    expect(
      await worker.query(
        `SELECT account, sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)::int AS sum FROM ledger_entries
          WHERE entry_key = 'payment:in_1' OR corrects = 'payment:in_1' GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      { account: 'cash', sum: 119 },
      { account: 'revenue', sum: -100 },
      { account: 'tax', sum: -19 },
    ])
  }))

test('an entry that belongs to another payment moves there', () =>
  withWorker(async (worker) => {
    const refund = { entryKey: 'refund:re_1' }
    await write(worker, entry(transfer('refunds', 'cash', 5), { ...refund, paymentId: 'cs_1' }))
    await write(worker, entry(transfer('refunds', 'cash', 5), refund))
    expect((await lines(worker)).slice(2).sort()).toEqual([
      'correction:refund:re_1:1 cs_1 credit refunds 5 eur',
      'correction:refund:re_1:1 cs_1 debit cash 5 eur',
      'correction:refund:re_1:2 in_1 credit cash 5 eur',
      'correction:refund:re_1:2 in_1 debit refunds 5 eur',
    ])
  }))

test('an entry without lines that was never booked leaves nothing', () =>
  withWorker(async (worker) => {
    await write(worker, entry([]))
    expect(await lines(worker)).toEqual([])
  }))
