import { describe, expect, test } from '@jest/globals'
import type { PaymentReferenceFact, SessionClaim } from '@sluice/events'
import { eventually } from '@sluice/testing'
import { bookUnclaimedPayments } from '../../src/commit/index.ts'
import { invoiceSaid, payment, reference, refund } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const RULES = { pastDueIsActive: true }
const book = ({ pool }: TestWorker, afterSeconds = 0) => bookUnclaimedPayments(pool, afterSeconds, RULES)

const received = (name = 'pi_1', fact: Partial<PaymentReferenceFact> = {}) =>
  reference(name, null, { received: { amount: 1_000, currency: 'usd', customerId: 'cus_1' }, succeeded: true, ...fact })

const claim: SessionClaim = {
  ...{ sessionId: 'cs_1', customerId: 'cus_1', isPaid: true, createsInvoice: false },
  ...{ amountTotal: 1_000, amountTax: 0, currency: 'usd' },
}

/** The invoice pays itself, without a word about its intent. */
const paid = payment({ stripeSubscriptionId: null })
/** A payment of the invoice, from which its intent is known. */
const link = [
  reference('pi_1', 'in_1'),
  payment({ money: undefined, part: { id: 'inpay_1', amount: 1_000, isExternal: false } }),
]

const payments = async ({ query }: TestWorker) =>
  (
    await query<{ line: string }>(
      `SELECT concat_ws(' ', payment_id, status, amount, moved_to_payment_id) AS line FROM payments ORDER BY 1`,
    )
  ).map(({ line }) => line)

const ledger = async ({ query }: TestWorker) =>
  (
    await query<{ line: string }>(
      `SELECT concat_ws(' ', payment_id, account, sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)) AS line
        FROM ledger_entries GROUP BY payment_id, account
        HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0 ORDER BY 1`,
    )
  ).map(({ line }) => line)

const receipts = async ({ query }: TestWorker) =>
  (await query<{ effect_key: string }>('SELECT effect_key FROM outbox_messages ORDER BY 1')).map(
    (row) => row.effect_key,
  )

test('an intent that nobody claims is a payment of its own after a while, with a receipt', () =>
  withWorker(async (worker) => {
    await worker.handle({ facts: [received()] })
    await book(worker, 3_600)
    expect(await payments(worker)).toEqual([])
    expect(await book(worker)).toBe(false)
    await book(worker)
    expect(await payments(worker)).toEqual(['pi_1 succeeded 1000'])
    expect(await ledger(worker)).toEqual(['pi_1 cash 1000', 'pi_1 revenue -1000'])
    expect(await receipts(worker)).toEqual(['receipt:pi_1:test'])
  }))

test('an intent of which an import alone has told is booked without a receipt, until a webhook tells of it too', () =>
  withWorker(async (worker) => {
    await worker.handle({ facts: [received('pi_1', { imported: true }), received('pi_2', { imported: true })] })
    await worker.handle({ facts: [received('pi_2')] })
    await book(worker)
    expect(await payments(worker)).toEqual(['pi_1 succeeded 1000', 'pi_2 succeeded 1000'])
    expect(await receipts(worker)).toEqual(['receipt:pi_2:test'])

    await worker.handle({ facts: [reference('pi_1', null, { succeeded: true }), refund(9, 'succeeded')] })
    expect(await receipts(worker)).toEqual(['receipt:pi_2:test'])
    await worker.handle({ facts: [received()] })
    expect(await receipts(worker)).toEqual(['receipt:pi_1:test', 'receipt:pi_2:test'])
  }))

test('an intent that an invoice or a session has claimed is not booked again', () =>
  withWorker(async (worker) => {
    await worker.handle({ facts: [received(), received('pi_2'), received('pi_3')] })
    await worker.handle({ facts: [reference('pi_1', 'in_9'), reference('pi_2', null, { session: claim })] })
    await book(worker)
    expect(await payments(worker)).toEqual(['cs_1 succeeded 1000', 'pi_3 succeeded 1000'])
  }))

test('a payment is dated when it was paid, and its buyer when the session began, in every order of the events', () =>
  withWorker(async (worker) => {
    const day = (number: number) => new Date(Date.UTC(2026, 0, number))
    const links = [{ by: 'client_reference_id' as const, userId: 'user_1', since: day(1) }]
    const session = (isPaid: boolean, occurredAt: Date) =>
      reference('pi_1', null, { session: { ...claim, isPaid, links }, occurredAt })
    const [unpaid, money, isPaid] = [
      session(false, day(5)),
      received('pi_1', { occurredAt: day(8) }),
      session(true, day(9)),
    ]
    const outcomes: unknown[] = []
    for (const order of [
      [unpaid, money, isPaid],
      [money, isPaid, unpaid],
      [isPaid, unpaid, money],
    ]) {
      for (const fact of order) await worker.handle({ facts: [fact] })
      outcomes.push(...(await worker.query('SELECT occurred_at, registers FROM payments')))
      await worker.query('DELETE FROM ledger_entries; DELETE FROM payments; DELETE FROM payment_references')
    }
    expect(outcomes).toEqual([outcomes[0], outcomes[0], outcomes[0]])
    expect(outcomes[0]).toMatchObject({
      occurred_at: day(8),
      registers: { links: { first_client_reference_id: [{ at: day(1).toISOString() }] } },
    })
  }))

test('many workers book each intent once', () =>
  withWorker(async (worker) => {
    const names = Array.from({ length: 250 }, (_, index) => `pi_${index}`)
    await worker.handle({ facts: names.map((name) => received(name)) })
    const inTurn = async () => {
      while (await book(worker));
    }
    await Promise.all([inTurn(), inTurn(), inTurn()])
    await book(worker)
    expect(await worker.query('SELECT count(*)::int AS count, sum(amount)::int AS sum FROM payments')).toEqual([
      { count: 250, sum: 250_000 },
    ])
    expect(await worker.query('SELECT FROM ledger_entries')).toHaveLength(500)
  }))

describe('a claim that comes after the intent was booked', () => {
  test('by an invoice moves its money and its refunds by corrections', () =>
    withWorker(async (worker) => {
      await worker.handle({ facts: [received(), refund(1, 'succeeded', { chargeId: null })] })
      await book(worker)
      expect(await ledger(worker)).toEqual(['pi_1 cash 600', 'pi_1 refunds 400', 'pi_1 revenue -1000'])
      await worker.handle({ facts: [paid] })
      await worker.handle({ facts: link })
      await worker.handle({ facts: [received()] })
      await book(worker)
      expect(await payments(worker)).toEqual(['in_1 succeeded 1000', 'pi_1 failed 1000 in_1'])
      expect(await ledger(worker)).toEqual(['in_1 cash 600', 'in_1 refunds 400', 'in_1 revenue -1000'])
      const keys = await worker.query('SELECT DISTINCT entry_key FROM ledger_entries ORDER BY 1')
      expect(keys.map(({ entry_key }) => entry_key)).toEqual([
        'correction:payment:pi_1:1',
        'correction:refund:re_1:1',
        'correction:refund:re_1:2',
        'payment:in_1',
        'payment:pi_1',
        'refund:re_1',
      ])
    }))

  test('by a session changes nothing', () =>
    withWorker(async (worker) => {
      await worker.handle({ facts: [received()] })
      await book(worker)
      await worker.handle({ facts: [reference('pi_1', null, { session: claim })] })
      expect(await payments(worker)).toEqual(['pi_1 succeeded 1000'])
      expect(await ledger(worker)).toEqual(['pi_1 cash 1000', 'pi_1 revenue -1000'])
      expect(await receipts(worker)).toEqual(['receipt:pi_1:test'])
    }))
})

describe('an intent that no event links to its invoice', () => {
  test.each([
    ['of the same customer and amount, paid at that time, is that of the invoice', {}, ['in_1 succeeded 1000']],
    ['of another account is not', { account: 'acct_1' }, ['in_1 succeeded 1000', 'pi_1 succeeded 1000']],
    [
      'of another day is not',
      { occurredAt: new Date(Date.UTC(2026, 0, 6)) },
      ['in_1 succeeded 1000', 'pi_1 succeeded 1000'],
    ],
  ])('%s', (_case, fact, expected) =>
    withWorker(async (worker) => {
      await worker.handle({ facts: [paid, received('pi_1', fact)] })
      await book(worker)
      expect(await payments(worker)).toEqual(expected)
    }),
  )

  test('is no other than the one that paid the invoice', () =>
    withWorker(async (worker) => {
      await worker.handle({ facts: [paid, received(), received('pi_2'), ...link] })
      await book(worker)
      expect(await payments(worker)).toEqual(['in_1 succeeded 1000', 'pi_2 succeeded 1000'])
      await worker.handle({ facts: [payment({ paymentId: 'in_2', stripeInvoiceId: 'in_2' })] })
      await worker.handle({ facts: [received('pi_3'), received('pi_4')] })
      await book(worker)
      expect(await payments(worker)).toHaveLength(4)
    }))
})

describe('a part of an invoice whose price no event has named', () => {
  const part = payment({ money: undefined, part: { id: 'inpay_1', amount: 500, isExternal: false } })
  const priced = payment({ money: { amount: 1_000, external: 0, total: 1_000, tax: 160 } })

  test('is not booked before the price is known, so that its tax is right from the start', () =>
    withWorker(async (worker) => {
      await worker.handle({ facts: [part] })
      expect(await payments(worker)).toEqual(['in_1 succeeded 500'])
      expect(await ledger(worker)).toEqual([])
      await worker.handle({ facts: [priced] })
      expect(await ledger(worker)).toEqual(['in_1 cash 1000', 'in_1 revenue -840', 'in_1 tax -160'])
      expect(await worker.query('SELECT FROM ledger_entries WHERE corrects IS NOT NULL')).toEqual([])
    }))

  test('is booked without tax after a while', () =>
    withWorker(async (worker) => {
      await worker.handle({ facts: [part] })
      await book(worker, 3_600) // it happened long ago, but its event has only just come
      expect(await ledger(worker)).toEqual([])
      await book(worker)
      await book(worker)
      expect(await ledger(worker)).toEqual(['in_1 cash 500', 'in_1 revenue -500'])
      await worker.handle({ facts: [priced] })
      expect(await ledger(worker)).toEqual(['in_1 cash 1000', 'in_1 revenue -840', 'in_1 tax -160'])
    }))

  test('is booked at once if an event of the invoice came before', () =>
    withWorker(async (worker) => {
      await worker.handle({ facts: [invoiceSaid(0, { contents: { tax: 160 } })] })
      await worker.handle({ facts: [part] })
      expect(await ledger(worker)).toEqual(['in_1 cash 500', 'in_1 revenue -420', 'in_1 tax -80'])
    }))
})

const ROUNDS = 60

/** An event that meets the lock of another one is tried again later, as by the queue. */
const untilCommitted = ({ commit }: TestWorker, id: string) =>
  eventually(async () => expect((await commit([id])).get(id)).toMatchObject({ outcome: 'processed' }))

test('an invoice and a payment of it outside Stripe, committed at once, agree on the account', () =>
  withWorker(async (worker) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const ids = { paymentId: `in_${round}`, stripeInvoiceId: `in_${round}` }
      const part = { id: 'inpay_1', amount: 1_000, isExternal: true }
      const rows = await Promise.all([
        worker.append({ facts: [payment(ids)] }),
        worker.append({ facts: [payment({ ...ids, money: undefined, part })] }),
      ])
      await Promise.all((round % 2 ? rows : rows.reverse()).map((id) => untilCommitted(worker, id)))
    }
    const sums = await worker.query(
      `SELECT account, sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)::int AS sum
        FROM ledger_entries GROUP BY 1 ORDER BY 1`,
    )
    expect(sums.filter(({ sum }) => sum !== 0)).toEqual([
      { account: 'external', sum: ROUNDS * 1_000 },
      { account: 'revenue', sum: ROUNDS * -1_000 },
    ])
  }))
