import { userInfo } from 'node:os'
import { expect, test } from '@jest/globals'
import { jsonOf } from './sluice.ts'
import { withInbox } from './with-inbox.ts'

const ENTRY = `INSERT INTO ledger_entries
  (entry_key, payment_id, account, direction, amount, currency, stripe_account, livemode) VALUES`

test('ledger check prints the balances, and says that the ledger adds up, or each entry that does not', () =>
  withInbox(async ({ client, run }) => {
    const money = { amount: 700, external: 0, total: 700, tax: 0 }
    await client.query(
      `INSERT INTO payments (payment_id, status, amount, currency, occurred_at, registers)
        VALUES ('in_1', 'succeeded', 700, 'usd', now(), $1)`,
      [JSON.stringify({ status: 'succeeded', currency: 'usd', stated: { money }, parts: {} })],
    )
    await client.query(
      `${ENTRY} ('payment:in_1', 'in_1', 'cash', 'debit', 700, 'usd', NULL, true),
        ('payment:in_1', 'in_1', 'revenue', 'credit', 700, 'usd', NULL, true)`,
    )
    const balances = [
      'STRIPE ACCOUNT  MODE  CURRENCY  ACCOUNT  BALANCE',
      'platform        live  usd       cash     700',
      'platform        live  usd       revenue  -700',
    ]
    expect(await run('ledger', 'check')).toEqual({
      exitCode: 0,
      output: `${balances.join('\n')}\n\nThe ledger is correct: 2 rows checked.\n`,
    })
    const platform = { stripeAccount: null, livemode: true, currency: 'usd' }
    expect(jsonOf(await run('ledger', 'check', '--json'))).toEqual([
      {
        checked: 2,
        balances: [
          { ...platform, account: 'cash', balance: 700 },
          { ...platform, account: 'revenue', balance: -700 },
        ],
        findings: [],
        unknown: [],
      },
    ])

    const actions = 'SELECT actor, role, kind, state, done, result FROM operator_actions ORDER BY id LIMIT 1'
    expect((await client.query(actions)).rows).toEqual([
      {
        ...{ actor: `cli:${userInfo().username}`, role: 'admin', kind: 'ledger-check', state: 'done', done: 2 },
        result: { checked: 2, findingCount: 0, unknownCount: 0 },
      },
    ])

    await client.query('DELETE FROM ledger_entries')
    const expected = 'debit cash 700 usd of in_1, credit revenue 700 usd of in_1'
    const broken = await run('ledger', 'check', '--json')
    expect(broken.exitCode).toBe(3)
    expect(jsonOf(broken)).toEqual([
      {
        checked: 1,
        balances: [],
        findings: [{ key: 'payment:in_1', expected, found: 'nothing' }],
        unknown: [],
      },
    ])
    expect(await run('ledger', 'check')).toEqual({
      exitCode: 3,
      output: `payment:in_1: expected ${expected}; found nothing\n1 finding in 1 row.\n`,
    })
  }))

test('ledger check lists money that went back for a payment from before, which is no error', () =>
  withInbox(async ({ client, run }) => {
    const latest = { second: '2026-01-05T09:00:00.000Z', digest: '', contents: { amount: 5, currency: 'usd' } }
    await client.query(
      `INSERT INTO refunds (stripe_refund_id, charge_id, status, amount, currency, registers)
        VALUES ('re_1', 'ch_1', 'succeeded', 5, 'usd', $1), ('re_2', 'ch_2', 'succeeded', 5, 'usd', $1)`,
      [JSON.stringify({ latest, booked: true, ended: false })],
    )
    await client.query(`INSERT INTO payment_references (reference, payment_id) VALUES ('ch_1', 'in_9'), ('ch_2', NULL)`)
    await client.query(
      `${ENTRY} ('refund:re_1', 'in_9', 'refunds', 'debit', 5, 'usd', 'acct_1', false),
        ('refund:re_1', 'in_9', 'cash', 'credit', 5, 'usd', 'acct_1', false)`,
    )
    expect(await run('ledger', 'check')).toEqual({
      exitCode: 0,
      output: [
        'STRIPE ACCOUNT  MODE  CURRENCY  ACCOUNT  BALANCE',
        'acct_1          test  usd       cash     -5',
        'acct_1          test  usd       refunds  5',
        '',
        're_1: payment in_9 is not known here',
        're_2: its payment is not known here',
        '2 payments not known here.',
        '',
        'The ledger is correct: 5 rows checked.',
        '',
      ].join('\n'),
    })
  }))

test('ledger check --hash prints one hash, which one cent changes, and says what it does not contain yet', () =>
  withInbox(async ({ add, client, run }) => {
    const empty = await run('ledger', 'check', '--hash')
    expect(empty).toEqual({ exitCode: 0, output: expect.stringMatching(/^[0-9a-f]{64}\n$/) })

    await client.query(
      `${ENTRY} ('payment:in_1', 'in_1', 'cash', 'debit', 700, 'usd', NULL, true),
        ('payment:in_1', 'in_1', 'revenue', 'credit', 700, 'usd', NULL, true)`,
    )
    const [booked] = jsonOf(await run('ledger', 'check', '--hash', '--json'))
    expect(booked).toMatchObject({ unprocessed: 0, tables: { ledger_entries: { rows: 2 } } })
    expect(`${booked.hash}\n`).not.toBe(empty.output)

    await client.query('UPDATE ledger_entries SET amount = 701')
    await add('evt_1', { status: 'received' })
    expect((await run('ledger', 'check', '--hash')).output).toMatch(/^[0-9a-f]{64}\nOne event or changed user is not/)
    const [changed] = jsonOf(await run('ledger', 'check', '--hash', '--json'))
    const differing = Object.keys(changed.tables).filter(
      (name) => changed.tables[name].hash !== booked.tables[name].hash,
    )
    expect(differing).toEqual(['ledger_entries'])
    expect(changed.unprocessed).toBe(1)
  }))
