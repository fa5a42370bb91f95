import { describe, expect, test } from '@jest/globals'
import { invoiceObject, MONTHLY, stripeEvent } from '@sluice/simulator'
import { type TestStripe, withReplicate, withStripe } from '@sluice/testing/stand-ins'
import { jsonOf, sluice } from './sluice.ts'
import { type Inbox, withInbox } from './with-inbox.ts'

const NO_DATABASE = { DATABASE_URL: 'postgres://127.0.0.1:1/none' }

describe('reconcile', () => {
  test.each([
    ['no key', {}, [], 'set one or more of REPLICATE_API_TOKEN, STRIPE_API_KEY'],
    ['no time', { STRIPE_API_KEY: 'sk_1' }, ['--since', 'long ago'], 'It should be like 30m'],
    [
      'a time of which nothing is kept',
      { STRIPE_API_KEY: 'sk_1', EVENT_RETENTION_DAYS: '7' },
      ['--since', '8d'],
      'EVENT_RETENTION_DAYS',
    ],
  ])('asks nobody when there is %s, with exit code 2', async (_case, env, args, line) => {
    const { exitCode, output } = await sluice(['reconcile', ...args], { ...NO_DATABASE, ...env })
    expect(output).toContain(line)
    expect(exitCode).toBe(2)
  })

  test('names each object of which something was missed, once, and never what is in it', () =>
    withMissed(async ({ runWith, stripe }) => {
      const { exitCode, output } = await runWith(stripe.env, 'reconcile', '--since', '30d')
      expect(exitCode).toBe(3)
      expect(output.trim().split('\n')).toEqual([
        'PROVIDER  OBJECT        MISSED',
        'stripe    in_1          invoice.paid evt_2, invoice.finalized evt_1',
        'stripe    evt_upcoming  invoice.upcoming evt_upcoming',
        '',
        '3 events checked, 3 of them were missed. Append them with --repair.',
      ])
      expect(output).not.toContain('somebody@example.com')
    }))

  test('repairs what was missed, and counts what is there whatever became of it', () =>
    withMissed(async ({ runWith, stripe, add, client }) => {
      await add('evt_1', { status: 'ignored' })
      const [repaired] = jsonOf(await runWith(stripe.env, 'reconcile', '--since', '30d', '--repair', '--json'))
      expect(repaired).toMatchObject({ checked: 3, repaired: 2 })
      const { rows } = await client.query(`SELECT event_id, status, headers FROM webhook_events ORDER BY id OFFSET 1`)
      const headers = { 'sluice-fetched-for': 'reconcile' }
      expect(rows).toEqual([
        { event_id: 'evt_2', status: 'received', headers },
        { event_id: 'evt_upcoming', status: 'received', headers },
      ])

      expect(await runWith(stripe.env, 'reconcile', '--since', '30d')).toEqual({
        exitCode: 0,
        output: 'Nothing was missed: 3 events of the providers checked.\n',
      })
    }))

  test('names a subscription that moved on without an event, but not twice where an event tells of it', () =>
    withMissed(async ({ runWith, stripe, client }) => {
      await client.query(`INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, status, is_active, current_period_end)
        SELECT id, 'cus_1', 'active', true, now() - interval '1 day' FROM unnest(ARRAY['sub_1', 'sub_2']) AS id`)
      for (const id of ['sub_1', 'sub_2']) stripe.put({ id, object: 'subscription', status: 'canceled' })
      const { output } = await runWith(stripe.env, 'reconcile', '--since', '30d')
      expect(output).toMatch(/^stripe +sub_2 +customer\.subscription\.updated fetch-sub_2-\d+$/m)
      expect(output).toContain('4 of them were missed')
    }))

  test('asks the others when one cannot be asked, shows what they missed, and ends with 1', () =>
    withMissed(({ runWith, client, stripe }) =>
      withReplicate(async (replicate) => {
        await client.query(`INSERT INTO generation_jobs (id, user_id, prediction_id, seen_at)
          VALUES ('job_1', 'user_1', 'p1', now() - interval '1 hour')`)
        const wrongToken = { REPLICATE_API_TOKEN: 'r8_wrong', REPLICATE_API_BASE: replicate.env.REPLICATE_API_BASE }
        const { exitCode, output } = await runWith({ ...stripe.env, ...wrongToken }, 'reconcile', '--since', '30d')
        expect(output).toContain('3 events checked, 3 of them were missed.')
        expect(output).toContain('Replicate answered 401: is REPLICATE_API_TOKEN right?\n')
        expect(exitCode).toBe(1)
      }),
    ))

  test('says what to do when nobody may ask, with exit code 1', () =>
    withInbox(({ client, runWith }) =>
      withStripe((stripe) =>
        withReplicate(async (replicate) => {
          expect(await runWith({ ...stripe.env, STRIPE_API_KEY: 'sk_test_wrong' }, 'reconcile')).toEqual({
            exitCode: 1,
            output: 'Stripe answered 401: is STRIPE_API_KEY right, and may it read events and webhook endpoints?\n',
          })

          await client.query(`INSERT INTO generation_jobs (id, user_id, prediction_id, seen_at)
            VALUES ('job_1', 'user_1', 'p1', now() - interval '1 hour')`)
          const env = { REPLICATE_API_TOKEN: 'r8_wrong', REPLICATE_API_BASE: replicate.env.REPLICATE_API_BASE }
          expect(await runWith(env, 'reconcile')).toEqual({
            exitCode: 1,
            output: 'Replicate answered 401: is REPLICATE_API_TOKEN right?\n',
          })
          replicate.failApi(418, 1)
          expect((await runWith(env, 'reconcile')).output).toBe(
            'Replicate did not answer: replicate_418. Try again later.\n',
          )
        }),
      ),
    ))
})

/** Three events of two things happened an hour ago, and none was delivered. */
const withMissed = (use: (test: Inbox & { stripe: TestStripe }) => Promise<void>) =>
  withInbox((inbox) =>
    withStripe((stripe) => {
      const created = Math.floor(Date.now() / 1000) - 3_600
      const invoice = invoiceObject({
        id: 'in_1',
        customerId: 'cus_1',
        subscriptionId: 'sub_1',
        status: 'paid',
        amount: MONTHLY.amount,
        created,
      })
      const upcoming = { object: 'invoice', customer: 'cus_1', customer_email: 'somebody@example.com' }
      stripe.record([
        stripeEvent('invoice.upcoming', upcoming, { id: 'evt_upcoming', created: created - 1 }),
        stripeEvent('invoice.finalized', invoice, { id: 'evt_1', created }),
        stripeEvent('invoice.paid', invoice, { id: 'evt_2', created }),
      ])
      return use({ ...inbox, stripe })
    }),
  )
