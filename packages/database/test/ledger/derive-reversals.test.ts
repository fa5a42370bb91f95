import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { creditNote, dispute, movement, payment, reference, refund } from '../facts.ts'
import { permutations } from '../merges/merge-laws.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

/** `key: debit/credit amount currency of payment`, sorted. */
async function entries({ query }: TestWorker): Promise<string[]> {
  const rows = await query<{ line: string }>(
    `SELECT entry_key || ': ' || d.account || '/' || c.account || ' ' || d.amount || ' ' || d.currency || ' of ' || d.payment_id AS line
      FROM ledger_entries d JOIN ledger_entries c USING (entry_key, payment_id, amount, currency)
      WHERE d.direction = 'debit' AND c.direction = 'credit' ORDER BY 1`,
  )
  return rows.map(({ line }) => line)
}

/** Debits less credits by account, without those that are zero. */
async function balances({ query }: TestWorker): Promise<Record<string, number>> {
  const rows = await query<{ account: string; balance: number }>(
    `SELECT account, sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)::int AS balance
      FROM ledger_entries GROUP BY 1`,
  )
  return Object.fromEntries(
    rows.filter(({ balance }) => balance !== 0).map(({ account, balance }) => [account, balance]),
  )
}

/** The ledger after these facts, one event each: the same in every order, and when they are repeated. */
async function ledgerAfter(...facts: Fact[]): Promise<string[]> {
  const results: string[][] = []
  await withWorker(async (worker) => {
    for (const order of permutations(facts)) {
      for (const fact of [...order, ...facts]) await worker.handle({ facts: [fact] })
      results.push(await entries(worker))
      for (const table of ['refunds', 'disputes', 'credit_notes', 'payment_references', 'ledger_entries'])
        await worker.query(`DELETE FROM ${table}`)
    }
  })
  for (const result of results) expect(result).toEqual(results[0])
  return results[0] ?? []
}

const LINK = reference('pi_1', 'in_1')
const REFUNDED = 'refund:re_1: refunds/cash 400 usd of in_1'
const REFUND_FAILED = 'refund_failed:re_1: cash/refunds 400 usd of in_1'

describe('a refund', () => {
  test.each(['pending', 'succeeded'])('that is %s is booked once its payment is known', async (status) => {
    expect(await ledgerAfter(refund(1, status), LINK)).toEqual([REFUNDED])
  })

  test('finds its payment by its charge as well, and is booked once where both name it', async () => {
    expect(await ledgerAfter(refund(1, 'succeeded'), reference('ch_1', 'in_1'))).toEqual([REFUNDED])
    expect(await ledgerAfter(refund(1, 'succeeded'), reference('ch_1', 'in_1'), LINK)).toEqual([REFUNDED])
  })

  test('is not booked while its payment is unknown', async () => {
    expect(await ledgerAfter(refund(1, 'succeeded'), reference('pi_1', null))).toEqual([])
    expect(await ledgerAfter(refund(1, 'succeeded'), reference('pi_other', 'in_1'))).toEqual([])
  })

  test('that failed later is reversed by an entry of its own', async () => {
    expect(await ledgerAfter(refund(1, 'succeeded'), refund(2, 'failed'), LINK)).toEqual([REFUNDED, REFUND_FAILED])
    expect(await ledgerAfter(refund(2, 'failed'), LINK)).toEqual([REFUNDED, REFUND_FAILED])
  })

  test('that was canceled is reversed only if Stripe had taken the money', async () => {
    expect(await ledgerAfter(refund(1, 'pending'), refund(2, 'canceled'), LINK)).toEqual([REFUNDED, REFUND_FAILED])
    expect(await ledgerAfter(refund(1, 'requires_action'), refund(2, 'canceled'), LINK)).toEqual([])
  })

  test('of amount zero makes no entry', async () => {
    expect(await ledgerAfter(refund(1, 'succeeded', { amount: 0 }), LINK)).toEqual([])
  })

  test('is one of several, each with its own entry', async () => {
    const other = refund(2, 'pending', { refundId: 're_2', amount: 100 })
    expect(await ledgerAfter(refund(1, 'succeeded'), other, LINK)).toEqual([
      REFUNDED,
      'refund:re_2: refunds/cash 100 usd of in_1',
    ])
  })
})

describe('a dispute', () => {
  const LOST = 'withdrawn:dp_1:1: disputes/cash 1000 usd of in_1'
  const WON = 'reinstated:dp_1:1: cash/disputes 1000 usd of in_1'

  test('that is open, or an inquiry, moves no money', async () => {
    expect(await ledgerAfter(dispute(1, 'warning_needs_response'), dispute(2, 'needs_response'), LINK)).toEqual([])
  })

  test('that is lost is booked once its payment is known', async () => {
    expect(await ledgerAfter(dispute(1, 'lost'), LINK)).toEqual([LOST])
    expect(await ledgerAfter(dispute(1, 'lost', { amount: 0 }), LINK)).toEqual([])
  })

  test('that is won moves money only where it was lost before', async () => {
    expect(await ledgerAfter(dispute(1, 'won'), LINK)).toEqual([])
    expect(await ledgerAfter(dispute(1, 'lost'), dispute(2, 'won'), LINK)).toEqual([WON, LOST])
    expect(await ledgerAfter(dispute(1, 'won'), dispute(2, 'lost'), LINK)).toEqual([LOST])
  })

  test('that is lost, won and lost again has an entry for each time', async () => {
    expect(await ledgerAfter(dispute(1, 'lost'), dispute(2, 'won'), dispute(3, 'lost'), LINK)).toEqual([
      WON,
      LOST,
      'withdrawn:dp_1:2: disputes/cash 1000 usd of in_1',
    ])
  })

  test('has the fee of its withdrawal, also when that comes last', async () => {
    const withdrawn = dispute(1, 'needs_response', { funds: 'withdrawn', movements: [movement(-1_000, 1_500)] })
    for (const order of permutations([withdrawn, dispute(2, 'lost'), LINK]))
      await withWorker(async (worker) => {
        for (const fact of order) await worker.handle({ facts: [fact] })
        expect(await balances(worker)).toEqual({ cash: -2_500, disputes: 1_000, fees: 1_500 })
      })
  })

  test('is not booked again where version 1 has booked it', () =>
    withWorker(async (worker) => {
      const ENTRY = 'INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency) VALUES'
      await worker.query(`${ENTRY} ('dispute:dp_1:lost', 'in_1', 'disputes', 'debit', 1000, 'usd'),
        ('dispute:dp_1:lost', 'in_1', 'cash', 'credit', 1000, 'usd'),
        ('dispute:dp_1:won', 'in_1', 'cash', 'debit', 1000, 'usd'),
        ('dispute:dp_1:won', 'in_1', 'disputes', 'credit', 1000, 'usd')`)
      await worker.handle({ facts: [LINK, dispute(1, 'lost'), dispute(2, 'won')] })
      expect(await balances(worker)).toEqual({})
      await worker.handle({ facts: [dispute(3, 'lost')] })
      await worker.handle({ facts: [dispute(1, 'lost', { funds: 'withdrawn', movements: [movement(-1_000, 1_500)] })] })
      expect(await balances(worker)).toEqual({ cash: -2_500, disputes: 1_000, fees: 1_500 })
      expect(await worker.query('SELECT DISTINCT entry_key FROM ledger_entries ORDER BY 1')).toEqual(
        ['correction:withdrawn:dp_1:1:1', 'dispute:dp_1:lost', 'dispute:dp_1:won', 'withdrawn:dp_1:2'].map((key) => ({
          entry_key: key,
        })),
      )
    }))
})

describe('a credit note', () => {
  const OUTSIDE = { outOfBandAmount: 300 }

  test('books what is given back outside Stripe, and takes it back when it is void', async () => {
    const voided = creditNote(2, { contents: { ...OUTSIDE, status: 'void' } })
    const [out, back] = [
      'refund:cn_1: refunds/external 300 usd of in_1',
      'refund_failed:cn_1: external/refunds 300 usd of in_1',
    ]
    expect(await ledgerAfter(creditNote(1, { contents: OUTSIDE }))).toEqual([out])
    expect(await ledgerAfter(creditNote(1, { contents: OUTSIDE }), voided)).toEqual([out, back])
  })
})

test('an entry names the event that completed it', () =>
  withWorker(async (worker) => {
    await worker.handle({ facts: [refund(1, 'succeeded'), reference('pi_1', null)] })
    const link = await worker.append({ facts: [LINK] })
    await worker.commit([link])
    const failed = await worker.append({ facts: [refund(2, 'failed'), reference('pi_1', null)] })
    await worker.commit([failed])
    expect(
      await worker.query(`SELECT entry_key, webhook_event_id FROM ledger_entries WHERE account = 'cash' ORDER BY 1`),
    ).toEqual([
      { entry_key: 'refund:re_1', webhook_event_id: link },
      { entry_key: 'refund_failed:re_1', webhook_event_id: failed },
    ])
  }))

test('one batch gives the same ledger as its events one by one', () =>
  withWorker(async (worker) => {
    const facts = [payment({}), refund(2, 'failed'), LINK, refund(1, 'succeeded'), dispute(3, 'lost')]
    const ids = []
    for (const fact of facts) ids.push(await worker.append({ facts: [fact] }))
    await worker.commit(ids)
    expect(await entries(worker)).toEqual([
      'payment:in_1: cash/revenue 1000 usd of in_1',
      REFUNDED,
      REFUND_FAILED,
      'withdrawn:dp_1:1: disputes/cash 1000 usd of in_1',
    ])
  }))

const ROUNDS = 200

/** Commits an event again while the other worker's lock keeps it waiting, as jobs do. */
async function settle({ commit }: TestWorker, id: string): Promise<void> {
  for (let outcome: string | undefined = 'busy'; outcome === 'busy'; ) outcome = (await commit([id])).get(id)?.outcome
}

/** In each round one worker commits the refund, while another commits the reference that names its payment. */
describe.each([
  ['both sides name the payment intent', (round: number) => [reference(`pi_${round}`, null)]],
  ['the payment intent is known already', () => []],
])('a refund and its link, committed at once, where %s', (_case, factsBeside) => {
  test('leave their entries exactly once', () =>
    withWorker(async (worker) => {
      const wanted: string[] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const names = { refundId: `re_${round}`, chargeId: null, paymentIntentId: `pi_${round}` }
        if (factsBeside(round).length === 0)
          await worker.handle({ facts: [refund(1, 'pending', names), reference(`pi_${round}`, null)] })
        const rows = await Promise.all([
          worker.append({ facts: [refund(2, 'failed', names), ...factsBeside(round)] }),
          worker.append({ facts: [reference(`pi_${round}`, `in_${round}`)] }),
        ])
        await Promise.all((round % 2 ? rows : rows.reverse()).map((id) => settle(worker, id)))
        for (const key of ['refund', 'refund_failed']) wanted.push(`${key}:re_${round}`)
      }
      const rows = await worker.query<{ entry_key: string; sides: number }>(
        'SELECT entry_key, count(*)::int AS sides FROM ledger_entries GROUP BY 1',
      )
      expect(rows.map(({ entry_key }) => entry_key).sort()).toEqual(wanted.sort())
      expect(new Set(rows.map(({ sides }) => sides))).toEqual(new Set([2]))
    }))
})
