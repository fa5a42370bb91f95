import { expect, test } from '@jest/globals'
import { jsonOf } from './sluice.ts'
import { withInbox } from './with-inbox.ts'

test('ledger check says that the ledger adds up, or each entry that does not', () =>
  withInbox(async ({ client, run }) => {
    await client.query(
      `INSERT INTO payments (payment_id, status, amount, currency, occurred_at, registers)
        VALUES ('in_1', 'succeeded', 700, 'usd', now(), $1)`,
      [
        {
          status: 'succeeded',
          currency: 'usd',
          occurredAt: '2026-11-16T10:00:00Z',
          parts: { inpay_1: { amount: 700 } },
        },
      ],
    )
    await client.query(
      `INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency) VALUES
        ('payment:in_1', 'in_1', 'cash', 'debit', 700, 'usd'), ('payment:in_1', 'in_1', 'revenue', 'credit', 700, 'usd')`,
    )
    expect(await run('ledger', 'check')).toEqual({ exitCode: 0, output: 'The ledger is correct: 2 rows checked.\n' })
    expect(jsonOf(await run('ledger', 'check', '--json'))).toEqual([{ checked: 2, findings: [] }])

    await client.query('DELETE FROM ledger_entries')
    const broken = await run('ledger', 'check', '--json')
    expect(broken.exitCode).toBe(3)
    const expected = 'debit cash 700 usd of in_1, credit revenue 700 usd of in_1'
    expect(jsonOf(broken)).toEqual([{ checked: 1, findings: [{ key: 'payment:in_1', expected, found: 'nothing' }] }])
    expect(await run('ledger', 'check')).toEqual({
      exitCode: 3,
      output: `payment:in_1: expected ${expected}; found nothing\n1 finding in 1 row.\n`,
    })
  }))
