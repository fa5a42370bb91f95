import { expect, test } from '@jest/globals'
import { jsonOf } from './sluice.ts'
import { withInbox } from './with-inbox.ts'

test('find prints what has a key, related ids, and where to go on', () =>
  withInbox(async ({ add, client, run }) => {
    const event = await add('evt_1', { customerId: 'cus_1' })
    await client.query(
      `INSERT INTO users (id, email, stripe_customer_id) VALUES ('user_1', 'Ada@example.com', 'cus_1')`,
    )
    await client.query(`INSERT INTO customers (stripe_customer_id, user_id, email) VALUES ('cus_1', 'user_1', NULL)`)
    await client.query(
      `INSERT INTO payments (payment_id, stripe_customer_id, status, amount, currency, occurred_at, webhook_event_id)
        VALUES ('in_1', 'cus_1', 'succeeded', 2000, 'usd', now(), $1)`,
      [event],
    )

    const found = await run('find', 'in_1')
    expect(found.output).toMatch(
      /^KIND +ID +STATUS +RELATED\npayment +in_1 +succeeded 2000 usd +customer cus_1; event evt_1$/m,
    )
    expect(found.output).toContain('To see more:\n  sluice events show in_1\n')
    expect(found.exitCode).toBe(0)

    const [byAddress] = jsonOf(await run('find', 'ADA@EXAMPLE.COM', '--json'))
    expect(byAddress.found).toEqual([
      {
        kind: 'user',
        id: 'user_1',
        related: { status: 'FREE', customer: ['cus_1'] },
        next: 'sluice events show cus_1',
      },
    ])
  }))

test('find ends with 1 when nothing is found, and refuses a text that is too short with 2', () =>
  withInbox(async ({ run }) => {
    expect(await run('find', 'nothing')).toEqual({
      exitCode: 1,
      output: 'Nothing has the key nothing. Keys are compared as a whole.\n',
    })
    expect(await run('find', 'nothing', '--json')).toEqual({ exitCode: 1, output: '{"text":"nothing","found":[]}\n' })
    expect(await run('find', ' ab ')).toEqual({ exitCode: 2, output: 'error: Give at least 3 letters.\n' })
  }))

test('payers lists who paid and belongs to no user, with exit code 3, and doctor names them', () =>
  withInbox(async ({ client, run }) => {
    expect(await run('payers')).toEqual({ exitCode: 0, output: 'Everybody who paid belongs to a user.\n' })
    await client.query(`INSERT INTO customers (stripe_customer_id) SELECT 'cus_' || n FROM generate_series(1, 4) AS n`)
    await client.query(`INSERT INTO payments (payment_id, stripe_customer_id, status, amount, currency, occurred_at)
      SELECT 'in_' || n, 'cus_' || n, 'succeeded', 100, 'usd', now() - make_interval(hours => n) FROM generate_series(1, 4) AS n`)
    const { exitCode, output } = await run('payers', '--limit', '2')
    expect(exitCode).toBe(3)
    expect(output).toMatch(/^LAST PAID +ID +PAYMENTS +ACCOUNT\n\S+ +cus_1 +1\n\S+ +cus_2 +1\n\n4 in all\.\n$/)
    expect(jsonOf(await run('payers', '--json'))).toHaveLength(4)
    expect((await run('doctor')).output).toContain('4 (cus_1, cus_2, cus_3, …): set users.stripe_customer_id')
  }))
