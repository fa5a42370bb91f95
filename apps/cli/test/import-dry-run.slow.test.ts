import { describe, expect, test } from '@jest/globals'
import { TABLES } from '@sluice/database/tables'
import { CREATED, customer, subscription, withAccount } from './imported-account.ts'
import type { Inbox } from './with-inbox.ts'

describe('import stripe --dry-run', () => {
  test('says who would gain or lose access, who has no user, and what cannot be read, and writes nothing', () =>
    withAccount(
      [
        customer('cus_gain', { metadata: { user_id: 'user_gain' } }),
        subscription('sub_gain', 'cus_gain', 'active'),
        customer('cus_lose', { metadata: { user_id: 'user_lose' } }),
        subscription('sub_lose', 'cus_lose', 'canceled'),
        customer('cus_keep', { metadata: { user_id: 'user_keep' } }),
        subscription('sub_keep', 'cus_keep', 'active'),
        customer('cus_nobody'),
        subscription('sub_nobody', 'cus_nobody', 'active'),
        { id: 're_1', object: 'refund', amount: 'much', currency: 'usd', created: CREATED },
      ],
      async ({ bringIn, client }) => {
        await client.query(
          `INSERT INTO users (id, role) VALUES ('user_gain', 'FREE'), ('user_lose', 'PREMIUM'), ('user_keep', 'PREMIUM')`,
        )
        const before = await countAll(client)
        const { exitCode, output } = await bringIn('--dry-run')
        expect(output).toBe(
          [
            ...['1 user would gain PREMIUM:', '  user_gain'],
            ...['1 user would lose PREMIUM:', '  user_lose'],
            ...['1 customer pays and has no user:', '  cus_nobody'],
            ...['1 object cannot be read:', '  refund.re_1: invalid_object: refund: amount is not of type number'],
            '9 objects read, nothing written.\n',
          ].join('\n'),
        )
        expect(exitCode).toBe(3)
        expect(await countAll(client)).toEqual(before)
      },
    ))
})

async function countAll(client: Inbox['client']): Promise<Record<string, unknown>> {
  const counts: Record<string, unknown> = {}
  for (const table of [...Object.keys(TABLES)]) {
    counts[table] = (await client.query(`SELECT count(*), max(t::text) AS last FROM ${table} t`)).rows[0]
  }
  return counts
}
