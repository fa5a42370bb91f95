import { expect, test } from '@jest/globals'
import type { EventLife } from '../src/api/schemas/event-life.ts'
import type { Person } from '../src/api/schemas/person.ts'
import { withConsole } from './with-board.ts'

const idOf = (event: string) => `(SELECT id FROM webhook_events WHERE event_id = '${event}')`

/** A trial that was paid with a new price, was refunded and disputed, and ended; its changes are recorded. */
const ROWS = `
  INSERT INTO users (id, stripe_customer_id, role, host_role) VALUES ('user_1', 'cus_1', 'FREE', 'FREE');
  INSERT INTO customers (stripe_customer_id, user_id) VALUES ('cus_1', 'user_1');
  INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, user_id, status, is_active, has_snapshot, price_id, quantity, canceled_at)
    VALUES ('sub_1', 'cus_1', 'user_1', 'canceled', false, true, 'price_2', 3, '2026-03-03T00:00:00Z');
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, subscription_id, status, occurred_at, processed_at, touched)
    SELECT 'stripe', 'evt_' || n, type, 'stripe::cus_1', 'cus_1', 'sub_1', 'processed', at::timestamptz, now() + n * interval '1 s', touched::text[]
    FROM (VALUES
      (1, 'customer.subscription.created', '2026-01-01T00:00:00Z', '{customers/cus_1,subscriptions/sub_1}'),
      (2, 'customer.subscription.updated', '2026-02-01T00:00:00Z', '{subscriptions/sub_1}'),
      (3, 'refund.created', '2026-02-02T00:00:00Z', '{refunds/re_1}'),
      (4, 'customer.subscription.deleted', '2026-03-03T00:00:00Z', '{subscriptions/sub_1}')) AS e (n, type, at, touched);
  INSERT INTO payments (payment_id, stripe_customer_id, user_id, status, amount, currency, occurred_at, webhook_event_id)
    VALUES ('in_1', 'cus_1', 'user_1', 'succeeded', 2000, 'usd', '2026-02-01T00:00:01Z', ${idOf('evt_2')});
  INSERT INTO payment_references (reference, payment_id) VALUES ('ch_1', 'in_1');
  INSERT INTO refunds (stripe_refund_id, charge_id, status, amount, currency) VALUES ('re_1', 'ch_1', 'succeeded', 500, 'usd');
  INSERT INTO row_changes (at, webhook_event_id, cause, table_name, row_key, column_name, before, after) VALUES
    (now(), ${idOf('evt_2')}, NULL, 'subscriptions', 'sub_1', 'status', 'trialing', 'active'),
    (now(), ${idOf('evt_2')}, NULL, 'subscriptions', 'sub_1', 'price_id', 'price_1', 'price_2'),
    (now(), ${idOf('evt_2')}, NULL, 'subscriptions', 'sub_1', 'quantity', '1', '3'),
    (now(), ${idOf('evt_2')}, NULL, 'subscriptions', 'sub_1', 'cancel_at_period_end', 'false', 'true'),
    (now(), ${idOf('evt_1')}, NULL, 'users', 'user_1', 'role', 'FREE', 'PREMIUM'),
    (now() + '1 s', ${idOf('evt_4')}, NULL, 'subscriptions', 'sub_1', 'status', 'active', 'canceled'),
    (now() + '1 s', ${idOf('evt_4')}, NULL, 'users', 'user_1', 'role', 'PREMIUM', 'FREE'),
    (now(), NULL, 'settings', 'payments', 'user_1', 'status', 'x', 'y')`

test('a person has a timeline, and a history of the role with its events', () =>
  withConsole(async ({ database, read }) => {
    await database.query(ROWS)
    const { timeline, roleHistory, why } = await read<Person>('/users/user_1')
    const bar = { kind: 'subscription', id: 'sub_1' }
    expect(timeline).toMatchObject([
      {
        ...bar,
        status: 'canceled',
        at: '2026-03-03T00:00:00.000Z',
        until: '2026-03-03T00:00:00.000Z',
        eventId: 'evt_4',
      },
      { kind: 'refund', id: 're_1', amount: 500, at: '2026-02-02T00:00:00.000Z', eventId: 'evt_3' },
      { kind: 'payment', id: 'in_1', amount: 2000, at: '2026-02-01T00:00:01.000Z', eventId: 'evt_2' },
      {
        ...bar,
        status: 'active',
        priceId: 'price_2',
        quantity: 3,
        until: '2026-03-03T00:00:00.000Z',
        eventId: 'evt_2',
      },
      { ...bar, status: 'trialing', priceId: 'price_1', quantity: 1, at: '2026-01-01T00:00:00.000Z', eventId: 'evt_1' },
    ])
    expect(roleHistory).toMatchObject([
      { role: 'FREE', before: 'PREMIUM', eventId: 'evt_4', type: 'customer.subscription.deleted', cause: null },
      { role: 'PREMIUM', before: 'FREE', eventId: 'evt_1' },
    ])
    expect(why).toEqual({
      text: 'user_1 is FREE because subscription sub_1 was canceled on 2026-03-03.',
      event: { provider: 'stripe', eventId: 'evt_4', type: 'customer.subscription.deleted' },
    })
  }))

test('an event shows what it changed, before and after, and the rows that it made', () =>
  withConsole(async ({ database, read }) => {
    await database.query(ROWS)
    const changes = async (event: string) =>
      (await read<EventLife>(`/events/stripe/${event}`)).changes.map(
        ({ table, column, before, after }) => `${table}.${column} ${before}→${after}`,
      )
    expect(await changes('evt_2')).toEqual([
      'subscriptions.status trialing→active',
      'subscriptions.price_id price_1→price_2',
      'subscriptions.quantity 1→3',
      'subscriptions.cancel_at_period_end false→true',
    ])
    expect(await changes('evt_1')).toEqual([
      'subscriptions.status null→trialing',
      'subscriptions.price_id null→price_1',
      'subscriptions.quantity null→1',
      'users.role FREE→PREMIUM',
    ])
    expect(await changes('evt_3')).toEqual(['refunds.status null→succeeded'])
    await database.query(`INSERT INTO frozen_rows (row_key) VALUES ('refunds/re_1')`)
    expect(await changes('evt_3')).toEqual([])
  }))

test('before changes were recorded, a subscription is shown as far as its row tells', () =>
  withConsole(async ({ database, read }) => {
    await database.query(ROWS)
    await database.query('DELETE FROM row_changes')
    const bars = async () =>
      (await read<Person>('/users/user_1')).timeline
        .filter(({ kind }) => kind === 'subscription')
        .map(({ status, at, until }) => [status, at.slice(0, 10), until?.slice(0, 10) ?? null])
    expect(await bars()).toEqual([
      ['canceled', '2026-03-03', '2026-03-03'],
      [null, '2026-01-01', '2026-03-03'],
    ])
    await database.query(`UPDATE subscriptions SET status = 'active', trial_end = '2026-01-15T00:00:00Z'`)
    expect(await bars()).toEqual([
      ['active', '2026-01-15', null],
      ['trialing', '2026-01-01', '2026-01-15'],
    ])
  }))
