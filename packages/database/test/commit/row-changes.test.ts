import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { endPaidAccess, linkChangedUsers } from '../../src/commit/index.ts'
import { replay } from '../../src/replay/index.ts'
import { at, customer, dispute, invoice, invoiceSaid, payment, prediction, refund, subscription } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const LINKED = customer({ links: [{ userId: 'user_1', by: 'client_reference_id' }] })

const withUser = (use: (worker: TestWorker) => Promise<void>) =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
    await use(worker)
  })

/** `event column before→after`, in the order in which they were committed. */
const changes = async ({ query }: TestWorker): Promise<string[]> =>
  (
    await query<{ line: string }>(
      `SELECT concat(coalesce(e.event_id, c.cause), ' ', table_name, '.', column_name, ' ', before, '→', after) AS line
        FROM row_changes c LEFT JOIN webhook_events e ON e.id = c.webhook_event_id ORDER BY c.id`,
    )
  ).map(({ line }) => line)

describe('a change is recorded with its event', () => {
  test('of each watched column of a subscription, and not of others', () =>
    withUser(async (worker) => {
      const end = { currentPeriodEnd: at(60).toISOString() }
      await worker.handle({ facts: [subscription(1, 'trialing')] })
      expect(await changes(worker)).toEqual([])
      await worker.handle({ facts: [subscription(2, 'active', { contents: { quantity: 2 } })] })
      await worker.handle({
        facts: [subscription(3, 'active', { contents: { quantity: 2, priceId: 'price_yearly', ...end } })],
      })
      await worker.handle({
        facts: [
          subscription(4, 'active', {
            contents: { quantity: 2, priceId: 'price_yearly', ...end, cancelAtPeriodEnd: true, pendingUpdate: true },
          }),
        ],
      })
      expect((await changes(worker)).sort()).toEqual([
        'evt_1 subscriptions.quantity 1→2',
        'evt_1 subscriptions.status trialing→active',
        `evt_2 subscriptions.current_period_end →${end.currentPeriodEnd}`,
        'evt_2 subscriptions.price_id price_monthly→price_yearly',
        'evt_3 subscriptions.cancel_at_period_end false→true',
      ])
    }))

  test('of the status of payments, invoices, refunds, disputes and generations, and only where it differs', () =>
    withUser(async (worker) => {
      await worker.query(`INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'p1')`)
      const { webhookEventId: _, ...failed } = payment({ status: 'failed' })
      const first: Fact[] = [failed, invoiceSaid(1), refund(1, 'pending'), dispute(1, 'needs_response')]
      const second: Fact[] = [
        { ...failed, status: 'succeeded' },
        invoiceSaid(2, { contents: { status: 'paid' } }),
        refund(2, 'succeeded'),
        dispute(2, 'lost'),
        prediction('processing'),
      ]
      for (const facts of [first, second, second]) await worker.handle({ facts })
      expect((await changes(worker)).sort()).toEqual([
        'evt_1 disputes.status needs_response→lost',
        'evt_1 generation_jobs.status starting→processing',
        'evt_1 invoices.status open→paid',
        'evt_1 payments.status failed→succeeded',
        'evt_1 refunds.status pending→succeeded',
      ])
    }))

  test('of a role: the event that changed the subscription, or the one that linked the user', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [subscription(1, 'active')] })
      await worker.handle({ facts: [LINKED] })
      await worker.handle({ facts: [subscription(2, 'canceled')] })
      expect((await changes(worker)).filter((line) => line.includes('role'))).toEqual([
        'evt_1 users.role FREE→PREMIUM',
        'evt_2 users.role PREMIUM→FREE',
      ])
    }))
})

describe('events of one batch', () => {
  test('become one change of a column, of the event that decided it', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, subscription(1, 'incomplete')] })
      const ids = [
        await worker.append({ facts: [subscription(3, 'past_due')] }),
        await worker.append({ facts: [subscription(2, 'active', { contents: { quantity: 5 } })] }),
        await worker.append({ facts: [customer({ occurredAt: at(9) })] }),
      ]
      await worker.commit(ids)
      expect((await changes(worker)).sort()).toEqual([
        'evt_1 subscriptions.status incomplete→past_due',
        'evt_1 users.role FREE→PREMIUM',
      ])
    }))

  test('in any order tell how the row went in that order, and each change begins where the last ended', () =>
    withUser(async (worker) => {
      await worker.handle({ facts: [LINKED, subscription(0, 'incomplete')] })
      for (const facts of [
        [subscription(3, 'past_due')],
        [invoice(4, 'paid')],
        [subscription(1, 'trialing')],
        [subscription(5, 'canceled')],
        [subscription(2, 'active')],
      ])
        await worker.handle({ facts })
      expect((await changes(worker)).filter((line) => line.includes('status'))).toEqual([
        'evt_1 subscriptions.status incomplete→past_due',
        'evt_2 subscriptions.status past_due→active',
        'evt_4 subscriptions.status active→canceled',
      ])
    }))
})

test('a commit that fails leaves no change, and the next one records it once', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [LINKED, subscription(1, 'trialing')] })
    const before = await changes(worker)
    await worker.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused' USING ERRCODE = '23514'; END $$;
      CREATE TRIGGER refuse BEFORE UPDATE ON webhook_events FOR EACH ROW EXECUTE FUNCTION refuse()`)
    const id = await worker.append({ facts: [subscription(2, 'active')] })
    expect((await worker.commit([id])).get(id)?.outcome).not.toBe('processed')
    expect(await changes(worker)).toEqual(before)

    await worker.query('DROP TRIGGER refuse ON webhook_events')
    await worker.commit([id])
    await worker.commit([id])
    expect(await changes(worker)).toEqual([...before, 'evt_1 subscriptions.status trialing→active'])
  }))

test('a replay records what it changes, with its event', () =>
  withUser(async (worker) => {
    const ids = [
      await worker.append({ facts: [LINKED, subscription(1, 'trialing')] }),
      await worker.append({ facts: [subscription(2, 'active')] }),
    ]
    for (const id of ids) await worker.commit([id])
    const before = await changes(worker)
    worker.say('evt_1', { facts: [subscription(2, 'canceled')] })
    await replay(worker.owner, { since: new Date(0) }, worker)
    await worker.commit(ids)
    expect((await changes(worker)).slice(before.length)).toEqual([
      'evt_1 subscriptions.status active→canceled',
      'evt_1 users.role PREMIUM→FREE',
    ])
    expect(await worker.query(`SELECT DISTINCT cause FROM row_changes WHERE cause IS NOT NULL`)).toEqual([
      { cause: 'replay' },
    ])
  }))

test('a role that changes without an event names the reason', () =>
  withUser(async (worker) => {
    const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000)
    await worker.handle({ facts: [customer({})] })
    await worker.handle({
      facts: [{ ...invoice(0, 'paid', { paidUntil: inSeconds(3_600) }), occurredAt: inSeconds(-9) }],
    })
    await worker.query(`UPDATE users SET stripe_customer_id = 'cus_1'`)
    await linkChangedUsers(worker.pool)
    await worker.query(`UPDATE subscriptions SET access_until = now() - '1 s'::interval`)
    await endPaidAccess(worker.pool)
    expect(await changes(worker)).toEqual(['host users.role FREE→PREMIUM', 'access ended users.role PREMIUM→FREE'])
  }))
