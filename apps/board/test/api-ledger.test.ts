import { expect, test } from '@jest/globals'
import type { Ledger, PaymentLife } from '../src/api/schemas/ledger.ts'
import { ROWS } from './console-rows.ts'
import { withConsole } from './with-board.ts'

/** Half of the payment went back; one line of another payment has no other side. */
const REFUND = `
  INSERT INTO payment_references (reference, payment_id) VALUES ('ch_1', 'in_1');
  INSERT INTO refunds (stripe_refund_id, charge_id, status, amount, currency) VALUES ('re_1', 'ch_1', 'succeeded', 1000, 'usd');
  INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency) VALUES
    ('refund:re_1', 'in_1', 'refunds', 'debit', 1000, 'usd'), ('refund:re_1', 'in_1', 'cash', 'credit', 1000, 'usd'),
    ('payment:=cmd', '=cmd"', 'cash', 'debit', 5, 'eur')`

test('the ledger has its trial balance, the sums of each day, and each line as CSV', () =>
  withConsole(async ({ database, fetch, read }) => {
    await database.query(ROWS)
    await database.query(REFUND)
    const { balances, days, check } = await read<Ledger>('/ledger')
    expect(balances.map(({ currency, account, balance }) => [currency, account, balance])).toEqual([
      ['eur', 'cash', 5],
      ['usd', 'cash', 1000],
      ['usd', 'refunds', 1000],
      ['usd', 'revenue', -2000],
    ])
    expect(days.filter(({ currency }) => currency === 'usd')).toEqual(
      [
        { account: 'cash', debit: 2000, credit: 1000 },
        { account: 'refunds', debit: 1000, credit: 0 },
        { account: 'revenue', debit: 0, credit: 2000 },
      ].map((sums) => ({ day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), currency: 'usd', ...sums })),
    )
    expect(check).toBeNull()

    const csv = await fetch('/api/ledger.csv')
    expect(csv.headers.get('Content-Type')).toMatch('text/csv')
    const lines = (await csv.text()).trimEnd().split('\r\n')
    expect(lines[0]).toBe(
      'id,createdAt,entryKey,corrects,paymentId,stripeAccount,livemode,account,direction,amount,currency',
    )
    expect(lines).toHaveLength(6)
    expect(lines[1]).toMatch(/^\d+,[\d-]+T[\d:.]+Z,payment:in_1,,in_1,,,cash,debit,2000,usd$/)
    expect(lines[5]).toContain(`,"'=cmd""",`)
  }))

test('the last check that somebody asked for is shown with its findings', () =>
  withConsole(async ({ database, read }) => {
    const result = { checked: 7, findingCount: 1, findings: [{ key: 'payment:in_1', expected: '1', found: '2' }] }
    await database.query(
      `INSERT INTO operator_actions (actor, role, kind, filter, reason, state, result)
        VALUES ('ada', 'operator', 'ledger-check', '{}', 'to be sure', 'done', $1)`,
      [JSON.stringify({ ...result, balances: [], unknownCount: 0, unknown: [] })],
    )
    const { check } = await read<Ledger>('/ledger')
    expect(check).toMatchObject({ state: 'done', result: { ...result, unknownCount: 0 } })
  }))

test('a payment has what went back of it, and its entries', () =>
  withConsole(async ({ database, fetch, read }) => {
    await database.query(ROWS)
    await database.query(REFUND)
    const { payment, reversals, lines } = await read<PaymentLife>('/payments/in_1')
    expect(payment).toMatchObject({ id: 'in_1', status: 'succeeded', amount: 2000, eventId: 'evt_paid' })
    expect(reversals).toEqual([{ kind: 'refund', id: 're_1', status: 'succeeded', amount: 1000, currency: 'usd' }])
    expect(lines.map(({ entryKey, account }) => `${entryKey} ${account}`)).toEqual([
      'payment:in_1 cash',
      'payment:in_1 revenue',
      'refund:re_1 refunds',
      'refund:re_1 cash',
    ])
    expect((await fetch('/api/payments/none')).status).toBe(404)
  }))
