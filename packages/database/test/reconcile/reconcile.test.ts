import { expect, test } from '@jest/globals'
import type { ListedEvent, SentPage, SentQuestion } from '@sluice/events'
import { withPostgres } from '@sluice/testing'
import { firstWebhook } from '../../src/inbox/first-webhook.ts'
import { applyRetention } from '../../src/inbox/index.ts'
import { createHours } from '../../src/reconcile/hours.ts'
import { type ReconcileSource, reconcile } from '../../src/reconcile/index.ts'
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

const OPTIONS = {
  ...{ since: hoursAgo(24), until: hoursAgo(1), handledTypes: [] },
  ...{ onRefusedAccount: () => {}, onRefusedEndpoints: () => {} },
  hours: createHours(hoursAgo(1)),
}

const sourceOf = (sentEvents: ReconcileSource['api']['sentEvents']): ReconcileSource => ({
  provider: { name: 'stripe' },
  api: { sentEvents },
})

/** A provider that should have sent these pages. */
const sent = (...pages: ListedEvent[][]) =>
  sourceOf(async function* (): AsyncGenerator<SentPage> {
    for (const [index, events] of pages.entries())
      yield { events, step: 'events', done: index + 1, total: pages.length }
  })

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
    for await (const _ of reconcile(worker, sourceOf(ask), { ...OPTIONS, repair }));
    expect(late).toEqual([['sub_1', 'sub_2'], ['sub_2']])
  }),
)

const insertSubscriptions = (owner: Pool, ids: string[]) =>
  owner.query(
    `INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, status, is_active, current_period_end)
      SELECT id, 'cus_1', 'active', true, now() - '2 hours'::interval FROM unnest($1::text[]) AS id`,
    [ids],
  )

const recordedBy = (worker: Pool) => recordedObjects(worker, 'stripe')

test('predictions wait for their end that began in that time, and of whose end nothing came', () =>
  withRoles(async (worker, owner) => {
    await owner.query(`INSERT INTO generation_jobs (id, user_id, prediction_id, status, seen_at)
      SELECT id, 'user_1', nullif(id, 'unknown'), status, now() - hours * interval '1 hour' FROM (VALUES
        ('waits', 'processing', 2), ('told', 'starting', 2), ('looked', 'starting', 3), ('over', 'failed', 2),
        ('unknown', 'starting', 2), ('young', 'starting', 0), ('old', 'starting', 50)) AS j (id, status, hours)`)
    await owner.query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key)
      VALUES ('replicate', 'msg_1', 'prediction.succeeded', 'replicate:told'),
        ('replicate', 'msg_2', 'prediction.processing', 'replicate:looked')`)
    const waiting = await recordedBy(worker).predictionsWithoutEnd(hoursAgo(24), hoursAgo(1))
    expect(waiting.map(({ id }) => id)).toEqual(['waits', 'looked'])
    expect(await recordedBy(worker).prediction('waits')).toEqual(waiting[0])
    expect(await recordedBy(worker).prediction('nobody')).toBeUndefined()
  }))

test('connected accounts are known by themselves or by a customer, until they take back their leave', () =>
  withRoles(async (worker, owner) => {
    await owner.query(
      `INSERT INTO connected_accounts (account, deauthorized, registers)
        VALUES ('acct_2', false, '{"authorizedAt":"2026-01-05T09:00:00.000Z"}'), ('acct_3', true, '{}')`,
    )
    await owner.query(`INSERT INTO customers (stripe_customer_id, account)
      VALUES ('cus_0', NULL), ('cus_1', 'acct_1'), ('cus_2', 'acct_2'), ('cus_3', 'acct_3')`)
    expect(await recordedBy(worker).connectedAccounts()).toEqual([
      { account: 'acct_1', authorizedAt: null },
      { account: 'acct_2', authorizedAt: new Date('2026-01-05T09:00:00Z') },
    ])
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

test('an event of the past is appended as silent, and keeps to it', () =>
  withRoles(async (worker, owner) => {
    const pages = sent([{ ...received('evt_past'), isPast: true }, received('evt_missed')])
    const missed = []
    for (let run = 0; run < 2; run += 1)
      for await (const page of reconcile(worker, pages, { ...OPTIONS, repair: true }))
        missed.push(page.missed.map(({ eventId }) => eventId))
    expect(missed).toEqual([['evt_past', 'evt_missed'], []])
    const { rows } = await owner.query('SELECT event_id, silent FROM webhook_events ORDER BY 1')
    expect(rows).toEqual([
      { event_id: 'evt_missed', silent: false },
      { event_id: 'evt_past', silent: true },
    ])
  }))

const source: Pick<ListedEvent, 'provider' | 'account' | 'livemode'> = {
  provider: 'stripe',
  account: null,
  livemode: false,
}

/** A row that came as a webhook, unless the columns say otherwise. */
const arrive = (owner: Pool, eventId: string, daysAgo: number, columns: Record<string, unknown> = {}) =>
  owner.query(
    `INSERT INTO webhook_events (provider, event_id, type, ordering_key, status, account, livemode, silent, headers,
        received_at, processed_at)
      SELECT 'stripe', $1, 'invoice.paid', $1, 'processed', account, coalesce(livemode, false), coalesce(silent, false),
        coalesce(headers, '{}'), at, at
      FROM jsonb_to_record($3) AS c (account text, livemode boolean, silent boolean, headers jsonb),
        (SELECT now() - make_interval(days => $2) AS at) AS t`,
    [eventId, daysAgo, columns],
  )

test('the first webhook is that of its account and mode, and no event that was fetched or imported', () =>
  withRoles(async (worker, owner) => {
    expect(await firstWebhook(worker, source)).toBeNull()
    await arrive(owner, 'evt_fetched', 9, { headers: { 'sluice-fetched-for': 'reconcile' } })
    await arrive(owner, 'evt_imported', 8, { silent: true })
    await arrive(owner, 'evt_live', 7, { livemode: true })
    await arrive(owner, 'evt_account', 6, { account: 'acct_1' })
    expect(await firstWebhook(worker, source)).toBeNull()
    await arrive(owner, 'evt_first', 5)
    await arrive(owner, 'evt_second', 4)
    const days = async (changes: Partial<typeof source>) => {
      const first = await firstWebhook(worker, { ...source, ...changes })
      return first && Math.round((Date.now() - first.getTime()) / (24 * HOUR_MS))
    }
    expect([await days({}), await days({ livemode: true }), await days({ account: 'acct_1' })]).toEqual([5, 7, 6])
    expect(await days({ account: 'acct_2' })).toBeNull()
  }))

test('retention keeps when the first webhook came, whatever it deletes in which order', () =>
  withRoles(async (worker, owner) => {
    await arrive(owner, 'evt_first', 40)
    await arrive(owner, 'evt_fetched', 50, { headers: { 'sluice-fetched-for': 'reconcile' } })
    const first = await firstWebhook(worker, source)
    expect(await applyRetention(worker, { eventDays: 30, bodyDays: 30 })).toBe(2)
    expect(await firstWebhook(worker, source)).toEqual(first)
    await arrive(owner, 'evt_second', 35)
    await applyRetention(worker, { eventDays: 30, bodyDays: 30 })
    await arrive(owner, 'evt_third', 1)
    expect(await firstWebhook(worker, source)).toEqual(first)
    await arrive(owner, 'evt_restored', 60)
    await applyRetention(worker, { eventDays: 30, bodyDays: 30 })
    expect((await firstWebhook(worker, source))?.getTime()).toBeLessThan(first?.getTime() ?? 0)
  }))
