import { expect, test } from '@jest/globals'
import type { SentPage, SentQuestion, VerifiedEvent } from '@sluice/events'
import { withPostgres } from '@sluice/testing'
import { reconcile } from '../../src/reconcile/index.ts'
import { recordedObjects } from '../../src/reconcile/recorded-objects.ts'
import { connect } from '../../src/sql/pool.ts'
import { received } from '../received.ts'

const HOUR_MS = 3_600_000
const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS)

type Pool = ReturnType<typeof connect>

/** As the worker, which does this by itself, and as the owner. */
const withRoles = (use: (worker: Pool, owner: Pool) => Promise<void>) =>
  withPostgres(async ({ url, roleUrl }) => {
    const [owner, worker] = [connect(url), connect(roleUrl('sluice_worker'))]
    try {
      await use(worker, owner)
    } finally {
      await Promise.all([owner.end(), worker.end()])
    }
  })

const OPTIONS = { since: hoursAgo(24), until: hoursAgo(1), handledTypes: [], onRefusedAccount: () => {} }

/** A provider that should have sent these pages. */
const sent = (...pages: VerifiedEvent[][]) =>
  async function* (): AsyncGenerator<SentPage> {
    for (const [index, events] of pages.entries())
      yield { events, step: 'events', done: index + 1, total: pages.length }
  }

test('an event counts as missed until it is in the inbox, and comes there once', () =>
  withRoles(async (worker) => {
    const [first, second] = [received('evt_1'), received('evt_2')]
    const compare = async (repair: boolean) => {
      const pages = []
      for await (const page of reconcile(worker, sent([first], [], [second]), { ...OPTIONS, repair })) {
        pages.push([page.checked, ...page.missed.map(({ eventId }) => eventId)])
      }
      return pages
    }
    const missed = [[1, 'evt_1'], [0], [1, 'evt_2']]
    expect(await compare(false)).toEqual(missed)
    const both = await Promise.all([compare(true), compare(true)])
    expect(
      both
        .flat(2)
        .filter((one) => typeof one === 'string')
        .sort(),
    ).toEqual(['evt_1', 'evt_2'])
    expect(await compare(true)).toEqual([[1], [0], [1]])
  }))

test('how far the question is answered is passed on', () =>
  withRoles(async (worker) => {
    const progress = []
    for await (const { step, done, total } of reconcile(worker, sent([], []), { ...OPTIONS, repair: false })) {
      progress.push([step, done, total])
    }
    expect(progress).toEqual([
      ['events', 1, 2],
      ['events', 2, 2],
    ])
  }))

test.each([false, true])('a subscription is not late when an event of it was missed (repair: %s)', (repair) =>
  withRoles(async (worker, owner) => {
    await insertSubscriptions(owner, ['sub_1', 'sub_2'])
    const late: string[][] = []
    const ask = async function* ({ recorded }: SentQuestion): AsyncGenerator<SentPage> {
      const look = async () =>
        late.push((await recorded.lateSubscriptions()).map(({ subscriptionId }) => subscriptionId))
      await look()
      yield { events: [{ ...received('evt_1'), subscriptionId: 'sub_1' }], step: 'events', done: 1, total: 1 }
      await look()
    }
    for await (const _ of reconcile(worker, ask, { ...OPTIONS, repair }));
    expect(late).toEqual([['sub_1', 'sub_2'], ['sub_2']])
  }),
)

const insertSubscriptions = (owner: Pool, ids: string[]) =>
  owner.query(
    `INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, status, is_active, current_period_end)
      SELECT id, 'cus_1', 'active', true, now() - '2 hours'::interval FROM unnest($1::text[]) AS id`,
    [ids],
  )

const recordedBy = (worker: Pool) => recordedObjects(worker, new Set())

test('predictions wait for their end that began in that time, and of whose end nothing came', () =>
  withRoles(async (worker, owner) => {
    await owner.query(`INSERT INTO generation_jobs (id, user_id, prediction_id, status, seen_at)
      SELECT id, 'user_1', nullif(id, 'unknown'), status, now() - hours * interval '1 hour' FROM (VALUES
        ('waits', 'processing', 2), ('told', 'starting', 2), ('looked', 'starting', 3), ('over', 'failed', 2),
        ('unknown', 'starting', 2), ('young', 'starting', 0), ('old', 'starting', 50)) AS j (id, status, hours)`)
    await owner.query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key)
      VALUES ('replicate', 'msg_1', 'prediction.succeeded', 'replicate:told'),
        ('replicate', 'msg_2', 'prediction.processing', 'replicate:looked')`)
    expect(await recordedBy(worker).predictionsWithoutEnd(hoursAgo(24), hoursAgo(1))).toEqual(['waits', 'looked'])
  }))

test('connected accounts are known by themselves or by a customer, until they take back their leave', () =>
  withRoles(async (worker, owner) => {
    await owner.query(
      `INSERT INTO connected_accounts (account, deauthorized) VALUES ('acct_2', false), ('acct_3', true)`,
    )
    await owner.query(`INSERT INTO customers (stripe_customer_id, account)
      VALUES ('cus_0', NULL), ('cus_1', 'acct_1'), ('cus_2', 'acct_2'), ('cus_3', 'acct_3')`)
    expect(await recordedBy(worker).connectedAccounts()).toEqual(['acct_1', 'acct_2'])
  }))

test('a subscription is late when its period is over, it is not, and no event of it waits', () =>
  withRoles(async (worker, owner) => {
    await owner.query(`INSERT INTO connected_accounts (account, deauthorized) VALUES ('acct_3', true)`)
    await owner.query(`INSERT INTO subscriptions
        (stripe_subscription_id, stripe_customer_id, account, status, is_active, current_period_end)
      SELECT id, 'cus_1', account, status, true, now() - hours * interval '1 hour' FROM (VALUES
        ('sub_late', NULL, 'active', 2), ('sub_over', NULL, 'canceled', 2), ('sub_now', NULL, 'active', 0),
        ('sub_waits', NULL, 'active', 2), ('sub_left', 'acct_3', 'active', 2)) AS s (id, account, status, hours)`)
    await owner.query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key, subscription_id)
      VALUES ('stripe', 'evt_1', 'invoice.paid', 'stripe::cus_1', 'sub_waits')`)
    expect(await recordedBy(worker).lateSubscriptions()).toEqual([
      { subscriptionId: 'sub_late', account: null, livemode: null, status: 'active', periodEnd: expect.any(Date) },
    ])
  }))
