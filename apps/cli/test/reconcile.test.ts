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
            output: 'Stripe answered 401: is STRIPE_API_KEY right?\n',
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

describe('what happened before the endpoint existed', () => {
  test('is listed as the past, and recorded as silent, to the second', () =>
    withInbox(async ({ runWith, client }) =>
      withStripe(async (stripe) => {
        const created = Math.floor(Date.now() / 1000) - 3_600
        putEndpoint(stripe, created)
        stripe.record([-1, 0, 1].map((second) => paid(`evt_${second + 1}`, created + second)))
        const args = ['reconcile', '--repair']
        const { exitCode, output } = await runWith(stripe.env, ...args)
        expect(exitCode).toBe(3)
        expect(output).toMatch(/ invoice\.paid evt_0 \(past\)$/m)
        expect(output).toContain('3 events checked, 3 of them were missed. They are in the inbox now.\n')
        expect(output).toContain('1 of them was not sent here (past): no endpoint existed yet.')
        expect(await silent(client)).toEqual({ evt_0: true, evt_1: false, evt_2: false })
        expect(await runWith(stripe.env, ...args)).toMatchObject({ exitCode: 0 })
        expect(await silent(client)).toEqual({ evt_0: true, evt_1: false, evt_2: false })
      }),
    ))

  test('is what happened before the first webhook, where the key may not read endpoints', () =>
    withInbox(async ({ runWith, client }) =>
      withStripe(async (stripe) => {
        const created = Math.floor(Date.now() / 1000) - 3_600
        await client.query(`INSERT INTO webhook_events (provider, event_id, type, livemode, ordering_key, received_at)
          VALUES ('stripe', 'evt_first', 'invoice.paid', false, 'evt_first', now() - '90 min'::interval)`)
        stripe.record([paid('evt_1', created - 3_600), paid('evt_2', created)])
        stripe.failWith({ status: 403, times: 1 })
        const [found] = jsonOf(
          await runWith(stripe.env, 'reconcile', '--json').then(({ exitCode, output }) => {
            expect(output).toContain('STRIPE_API_KEY may not read webhook endpoints')
            return { exitCode, output: output.split('\n').find((line) => line.startsWith('{')) ?? '' }
          }),
        )
        expect(found.missed.flatMap(({ events }: { events: unknown[] }) => events)).toEqual([
          expect.objectContaining({ id: 'evt_2', silent: false }),
          expect.objectContaining({ id: 'evt_1', silent: true }),
        ])
      }),
    ))

  test('is told from what the key may not read, which has exit code 1', () =>
    withInbox(({ runWith }) =>
      withStripe(async (stripe) => {
        stripe.failWith({ status: 403 })
        const { exitCode, output } = await runWith(stripe.env, 'reconcile')
        expect(output).toContain('Stripe answered 403: STRIPE_API_KEY may not read events.')
        expect(exitCode).toBe(1)
      }),
    ))
})

describe('reconcile with ids', () => {
  test('records what was missed, says what is known, and fails where there is nothing', () =>
    withInbox(async ({ runWith, client, add }) =>
      withStripe((stripe) =>
        withReplicate(async (replicate) => {
          const now = Math.floor(Date.now() / 1000)
          putEndpoint(stripe, now - 3_600)
          stripe.record([paid('evt_missed', now), paid('evt_past', now - 7_200)])
          await add('evt_known')
          await replicate.run({ id: 'p1', output: 'a text' }).over
          await replicate.run({ id: 'p2', output: 'a text' }).over
          await client.query(
            `INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'p1')`,
          )
          const env = { ...stripe.env, ...replicate.env }
          const reconcile = (...args: string[]) => asWorker(client, () => runWith(env, 'reconcile', ...args))

          const found = await reconcile('evt_missed', 'evt_known', 'evt_past', 'p1')
          expect(found.output).toContain('evt_missed was missed, and is recorded now (invoice.paid).\n  processed')
          expect(found.output).toContain('evt_known is in the inbox (processed): sluice events show evt_known\n')
          expect(found.output).toContain('evt_past was missed, and is recorded now (invoice.paid), without e-mail')
          expect(found.output).toContain('p1 was missed, and is recorded now (prediction.succeeded).')
          expect(found.exitCode).toBe(3)
          expect(await silent(client)).toEqual({
            ...{ evt_known: false, evt_missed: false, evt_past: true },
            'fetch-p1-succeeded': false,
          })

          const again = await reconcile('evt_missed', 'p1', '--json')
          expect(again.exitCode).toBe(0)
          expect(jsonOf(again)[0].events).toMatchObject([{ outcome: 'known' }, { outcome: 'known' }])

          const none = await reconcile('evt_none', 'p2', 'p3', 'in_1', 'evt_known')
          expect(none.exitCode).toBe(1)
          expect(none.output).toContain('Stripe has no evt_none, or no longer.')
          expect(none.output).toContain('p2 is not ours: no generation job has this prediction id.')
          expect(none.output).toContain('Replicate has no p3, or no longer.')
          expect(none.output).toContain('in_1 cannot be asked for. Give the id of an event of Stripe')
        }),
      ),
    ))

  test('finds the event of a connected account, and leaves out one that denies access', () =>
    withInbox(({ runWith, client }) =>
      withStripe(async (stripe) => {
        const now = Math.floor(Date.now() / 1000)
        await client.query(`INSERT INTO connected_accounts (account) VALUES ('acct_1'), ('acct_2')`)
        stripe.refuse('acct_1')
        stripe.put(JSON.parse(paid('evt_1', now).body), 'acct_2')
        const { output } = await asWorker(client, () => runWith(stripe.env, 'reconcile', 'evt_1'))
        expect(output).toContain('acct_1 denies API access and is left out.')
        const { rows } = await client.query('SELECT event_id, account FROM webhook_events')
        expect(rows).toEqual([{ event_id: 'evt_1', account: 'acct_2' }])
      }),
    ))

  test('takes no period as well', async () => {
    const env = { ...NO_DATABASE, STRIPE_API_KEY: 'sk_1' }
    expect(await sluice(['reconcile', 'evt_1', '--since', '1d'], env)).toMatchObject({ exitCode: 2 })
  })
})

const putEndpoint = (stripe: TestStripe, created: number) =>
  stripe.put({
    ...{ id: 'we_1', object: 'webhook_endpoint', url: 'https://a.example/webhooks/stripe' },
    ...{ enabled_events: ['*'], created },
  })

const paid = (id: string, created: number) =>
  stripeEvent('invoice.paid', { id: `in_${id}`, object: 'invoice' }, { id, created })

async function silent(client: Inbox['client']): Promise<Record<string, boolean>> {
  const { rows } = await client.query('SELECT event_id, silent FROM webhook_events ORDER BY event_id')
  return Object.fromEntries(rows.map(({ event_id, silent }) => [event_id, silent]))
}

/** Finishes events while the command waits for a worker. */
async function asWorker<T>(client: Inbox['client'], run: () => Promise<T>): Promise<T> {
  let isOver = false
  const running = run().finally(() => {
    isOver = true
  })
  while (!isOver) {
    await client.query(`UPDATE webhook_events SET status = 'processed', processed_at = now() WHERE status = 'received'`)
    await client.query('SELECT pg_sleep(0.05)')
  }
  return running
}

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
      putEndpoint(stripe, created - 3_600)
      stripe.record([
        stripeEvent('invoice.upcoming', upcoming, { id: 'evt_upcoming', created: created - 1 }),
        stripeEvent('invoice.finalized', invoice, { id: 'evt_1', created }),
        stripeEvent('invoice.paid', invoice, { id: 'evt_2', created }),
      ])
      return use({ ...inbox, stripe })
    }),
  )
