import { expect, test } from '@jest/globals'
import { beginImport, saveCursor } from '@sluice/database/import'
import { connect } from '@sluice/database/pool'
import { readDeployment } from '@sluice/doctor'
import { withPostgres } from '@sluice/testing'
import { type TestStripe, withStripe } from '@sluice/testing/stand-ins'
import { checkImport } from '../../src/doctor/import.ts'

const KNOWN = { verdict: 'good', says: 'the subscriptions at Stripe are known here' }

test('an account has subscriptions that were never imported, until they are known, or were imported', () =>
  withPostgres(({ url }) =>
    withStripe(async (stripe) => {
      const examine = async () =>
        (await checkImport({ databaseUrl: url }, readDeployment({ ...stripe.env, STRIPE_ACCOUNTS: 'acct_1' })))[0]
      expect(await examine()).toMatchObject(KNOWN)

      put(stripe, 'sub_1')
      put(stripe, 'sub_2', 'acct_1')
      put(stripe, 'sub_3', 'acct_1')
      expect(await examine()).toMatchObject({
        verdict: 'found',
        says:
          'The account has 1 subscription that was never imported; acct_1 has 2 subscriptions that were never imported: ' +
          'run sluice import stripe.',
      })

      const pool = connect(url, { max: 1 })
      try {
        await pool.query(`INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, status, is_active, has_snapshot)
          VALUES ('sub_1', 'cus_1', 'active', true, true)`)
        const scope = { account: 'acct_1', livemode: false }
        await beginImport(pool, { ...scope, lists: ['subscriptions'], since: null })
        expect(await examine()).toMatchObject({ verdict: 'found' })
        await saveCursor(pool, scope, 'subscriptions', null)
        expect(await examine()).toMatchObject(KNOWN)
      } finally {
        await pool.end()
      }
    }),
  ))

test('is not checked without a key, or where it may not read', () =>
  withPostgres(({ url }) =>
    withStripe(async (stripe) => {
      expect(await checkImport({ databaseUrl: url }, readDeployment({}))).toMatchObject([{ verdict: 'skipped' }])
      stripe.forbid('/v1/subscriptions')
      expect(await checkImport({ databaseUrl: url }, readDeployment(stripe.env))).toMatchObject([
        { verdict: 'skipped' },
      ])
    }),
  ))

const put = (stripe: TestStripe, id: string, account?: string) =>
  stripe.put({ id, object: 'subscription', status: 'active', created: 1 }, account)
