import { describe, expect, test } from '@jest/globals'
import { CREATED, customer, entitlement, pagesOf, subscription, summary, withAccount } from './imported-account.ts'
import { jsonOf } from './sluice.ts'

describe('import stripe', () => {
  test('records that a customer has no entitlement only of one who had some', () =>
    withAccount(
      [
        ...['cus_1', 'cus_2'].map((id) => summary(id)),
        ...['1', '2', '3'].map((id) => subscription(`sub_${id}`, `cus_${id}`, 'active')),
        summary('cus_3', entitlement),
      ],
      async ({ bringIn, imported, client }) => {
        await client.query(`INSERT INTO entitlements (entitlement_key, stripe_customer_id, feature, source)
          VALUES ('customer:cus_1:exports', 'cus_1', 'exports', 'customer:cus_1')`)
        await bringIn('--only', 'entitlements')
        expect((await imported()).sort()).toEqual(['entitlement_summary.cus_1', 'entitlement_summary.cus_3'])
      },
    ))

  test('reads every page', () =>
    withAccount(
      Array.from({ length: 250 }, (_, index) => customer(`cus_${index}`, { created: CREATED - index })),
      async ({ bringIn, imported, stripe }) => {
        const [{ lists }] = jsonOf(await bringIn('--only', 'customers', '--json'))
        expect(lists).toEqual({ customers: { listed: 250, added: 250, unchanged: 0 } })
        expect(new Set(await imported()).size).toBe(250)
        expect(pagesOf(stripe)).toHaveLength(3)
      },
    ))

  test('reads everything once, if two run at the same time', () =>
    withAccount(
      Array.from({ length: 250 }, (_, index) => customer(`cus_${index}`, { created: CREATED - index })),
      async ({ bringIn, imported }) => {
        const both = await Promise.all([bringIn('--only', 'customers'), bringIn('--only', 'customers')])
        expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0])
        expect((await imported()).sort()).toEqual([...new Set(await imported())].sort())
        expect(await imported()).toHaveLength(250)
      },
    ))

  test('reads what was created since a time', () =>
    withAccount(
      [customer('cus_old', { created: CREATED - 86_400 * 30 }), customer('cus_new')],
      async ({ bringIn, imported }) => {
        await bringIn('--only', 'customers', '--since', '7d')
        expect(await imported()).toEqual(['customer.cus_new'])
      },
    ))

  test('reads the connected accounts that STRIPE_ACCOUNTS names', () =>
    withAccount([], async ({ stripe, runWith, client }) => {
      stripe.put({ id: 'prod_1', object: 'product', name: 'Ours', active: true, created: CREATED })
      for (const account of ['acct_1', 'acct_2'])
        stripe.put({ id: 'prod_1', object: 'product', name: 'Theirs', active: true, created: CREATED }, account)
      await runWith({ ...stripe.env, STRIPE_ACCOUNTS: 'acct_1' }, 'import', 'stripe', '--only', 'products')
      const { rows } = await client.query('SELECT account FROM webhook_events ORDER BY id')
      expect(rows).toEqual([{ account: null }, { account: 'acct_1' }])
    }))
})
