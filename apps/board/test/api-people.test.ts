import { expect, test } from '@jest/globals'
import type { Generations } from '../src/api/schemas/generations.ts'
import type { Overview } from '../src/api/schemas/overview.ts'
import type { Person } from '../src/api/schemas/person.ts'
import { reasonOf } from '../src/api/why.ts'
import { PERSON_ROWS } from './person-rows.ts'
import { withConsole } from './with-board.ts'

test('a user has customers, subscriptions, events, money, e-mail and generations, and a reason for the role', () =>
  withConsole(async ({ database, read, fetch }) => {
    await database.query(PERSON_ROWS)
    const person = await read<Person>('/users/user_1')
    expect(person).toMatchObject({
      user: { id: 'user_1', role: 'PREMIUM', hostRole: 'FREE' },
      customers: [{ id: 'cus_1' }, { id: 'cus_2' }],
      subscriptions: [{ id: 'sub_1', isActive: true }, { id: 'sub_0' }],
      payments: [
        { id: 'in_1', amount: 2000, eventId: 'evt_1' },
        { id: 'pi_1', eventId: null },
      ],
      ledger: [{ entryKey: 'payment:in_1' }],
      emails: [{ kind: 'receipt', status: 'sent' }],
      generations: [
        { id: 'job_1', files: [{ pointer: '/0', status: 'stored' }] },
        { id: 'job_0', files: [] },
      ],
      roleHistory: [],
      why: {
        text: 'user_1 is PREMIUM because subscription sub_1 is active until 2030-01-01 at least.',
        event: { provider: 'stripe', eventId: 'evt_0', type: 'customer.subscription.created' },
      },
    })
    expect(person.events.map(({ eventId }) => eventId)).toEqual(['msg_1', 'evt_2', 'evt_1', 'evt_0'])
    expect(JSON.stringify(person)).not.toMatch(/ada@|secret prompt|replicate\.delivery/)

    expect(await read<Person>('/customers/cus_1')).toMatchObject({
      user: { id: 'user_1' },
      customers: [{ id: 'cus_1' }],
      events: [{ eventId: 'evt_1' }, { eventId: 'evt_0' }],
      why: { event: { eventId: 'evt_0' } },
    })
    expect((await read<Person>('/users/user_2')).why).toEqual({
      text: 'user_2 is FREE because no subscription of it is known, so it keeps the role that the host application gave.',
      event: null,
    })
    expect((await read<Person>('/customers/cus_3')).why.text).toMatch(
      /^cus_3 belongs to no user, so it gives nobody a role: no users.stripe_customer_id is this customer/,
    )
    for (const path of ['/api/users/nobody', '/api/customers/cus_9']) expect((await fetch(path)).status).toBe(404)
  }))

const SUBSCRIPTION = {
  ...{
    id: 'sub_1',
    customerId: 'cus_1',
    userId: 'user_1' as string | null,
    status: 'active',
    isActive: true,
    givesPremium: true,
  },
  ...{ hasSnapshot: true, billingPeriod: 'monthly', priceId: 'price_1', quantity: 1, currency: 'usd' },
  ...{ currentPeriodEnd: null, cancelAtPeriodEnd: false, cancelAt: null, canceledAt: null, trialEnd: null },
  accessUntil: null as Date | null,
}

const NOW = new Date('2026-06-01T00:00:00Z')

test.each([
  [{}, 'PREMIUM', 'subscription sub_1 is active.'],
  [{ accessUntil: new Date('2026-07-01') }, 'PREMIUM', 'subscription sub_1 is active, by a payment, until 2026-07-01.'],
  [
    { accessUntil: new Date('2026-05-01') },
    'FREE',
    'subscription sub_1 was paid until 2026-05-01, and no more is known of it.',
  ],
  [{ givesPremium: false }, 'FREE', 'subscription sub_1 is active, but none of its prices gives PREMIUM.'],
  [
    { status: 'canceled', isActive: false, canceledAt: new Date('2026-05-02') },
    'FREE',
    'subscription sub_1 was canceled on 2026-05-02.',
  ],
  [
    { status: 'past_due', isActive: false },
    'FREE',
    'subscription sub_1 is past_due, and the grace period is switched off.',
  ],
  [
    { status: 'incomplete', isActive: false },
    'FREE',
    'subscription sub_1 is incomplete: its first payment has not succeeded.',
  ],
  [{ status: 'paused', isActive: false }, 'FREE', 'subscription sub_1 is paused.'],
  [
    { status: 'unpaid', isActive: false },
    'FREE',
    'subscription sub_1 is unpaid: its payments failed, and the grace period has ended.',
  ],
  [{ status: 'past_due' }, 'PREMIUM', 'subscription sub_1 is past_due: a payment failed, and the grace period lasts.'],
  [
    { accessUntil: new Date('2026-07-01'), hasSnapshot: false },
    'PREMIUM',
    'subscription sub_1 is active, by a payment, until 2026-07-01; Stripe has not told its state yet.',
  ],
  [
    { isActive: false, hasSnapshot: false },
    'FREE',
    'subscription sub_1 was paid, and gives access as soon as Stripe has told its state.',
  ],
  [{ userId: 'user_2' }, 'FREE', 'subscription sub_1 of its customer cus_1 belongs to user_2.'],
  [{ userId: null }, 'FREE', 'subscription sub_1 of cus_1 is linked to no user.'],
])('the reason follows from the subscription: %j', (changes, role, reason) => {
  const user = { id: 'user_1', role, hostRole: 'FREE', stripeCustomerId: null }
  const { text } = reasonOf({ customers: [], user, subscriptions: [{ ...SUBSCRIPTION, ...changes }] }, NOW)
  expect(text).toBe(`user_1 is ${role} because ${reason}`)
})

test('generations are listed newest first, page by page, with their files', () =>
  withConsole(async ({ database, read, fetch }) => {
    await database.query(PERSON_ROWS)
    const first = await read<Generations>('/generations?limit=2')
    const second = await read<Generations>(`/generations?limit=2&cursor=${first.next}`)
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['job_2', 'job_1', 'job_0'])
    expect(second.next).toBeNull()
    expect(first.items[1]).toMatchObject({ filesRefused: 2, files: [{ pointer: '/0' }] })
    for (const [query, ids] of [
      ['?status=failed', ['job_0']],
      ['?user=user_2', ['job_2']],
      ['?prediction=pred1', ['job_1']],
    ] as const)
      expect((await read<Generations>(`/generations${query}`)).items.map(({ id }) => id)).toEqual(ids)
    expect((await fetch('/api/generations?cursor=x')).status).toBe(400)
  }))

test('the overview counts what happened, and names what needs somebody only where something does', () =>
  withConsole(async ({ database, read, fetch }) => {
    const empty = await read<Overview>('/overview')
    expect(empty).toMatchObject({
      range: '24h',
      attention: [],
      latency: null,
      causes: [],
      refusals: [],
      countedUntil: null,
    })
    expect(empty.events).toHaveLength(96)
    await database.query(PERSON_ROWS)
    await database.query(`
      UPDATE webhook_events SET received_at = now() - interval '5 min', processed_at = now() - interval '5 min' + interval '2 s'
        WHERE status = 'processed';
      UPDATE webhook_events SET received_at = now() - interval '3 min' WHERE status = 'received';
      INSERT INTO outbox_messages (effect_key, kind, payload, status, done_at) VALUES ('receipt:in_1', 'receipt', '{}', 'done', now());
      INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
        VALUES ('stripe', 'evt_9', 'invoice.paid', 'handler_threw: x', 'aaaa', 8)`)
    const kinds = async () => (await read<Overview>('/overview')).attention.map(({ kind }) => kind)
    expect(await kinds()).toEqual(['dead_letters', 'oldest_waiting', 'ledger_unbalanced'])
    await database.query(`INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency)
      VALUES ('payment:in_1', 'in_1', 'revenue', 'credit', 2000, 'usd')`)
    const overview = await read<Overview>('/overview?range=1h')
    expect(overview).toMatchObject({
      ...{ range: '1h', interval: 60 },
      payments: [{ currency: 'usd', status: 'succeeded', count: 1, amount: 2000 }],
      effects: [{ kind: 'receipt', status: 'done', count: 1 }],
      attention: [
        { kind: 'dead_letters', text: '1 dead letter is open, new since yesterday.', count: 1, link: '/d' },
        { kind: 'oldest_waiting', text: '1 event waits, the oldest for 3 minutes.', link: '/events?status=received' },
      ],
    })
    expect(overview.events).toHaveLength(60)
    expect(overview.events.filter(({ processed }) => processed > 0)).toMatchObject([
      { processed: 3, ignored: 0, failed: 0 },
    ])
    expect(overview.latency?.p99).toBeGreaterThan(1)
    expect(overview.latency?.p99).toBeLessThanOrEqual(5)
    expect(overview.payments[0]?.values.reduce((sum, amount) => sum + amount)).toBe(2000)
    expect(overview.oldestWaitingSeconds).toBeGreaterThan(170)

    // A provider that came each five minutes for a day, and not for two hours; one that comes rarely; files that wait.
    await database.query(`
      INSERT INTO event_counts (minute, provider, type, outcome, n, sum_ms, histogram)
        SELECT date_trunc('minute', now()) - n * interval '5 min', 'stripe', 'invoice.paid', 'processed', 2, 20, '{2}'
        FROM generate_series(24, 288) AS n;
      INSERT INTO event_counts (minute, provider, type, outcome, n, sum_ms, histogram)
        VALUES (date_trunc('minute', now()) - interval '9 h', 'replicate', 'prediction.completed', 'processed', 1, 5, '{1}');
      INSERT INTO count_cursors (name, counted_until) VALUES ('minutes', date_trunc('minute', now()) - interval '20 min');
      INSERT INTO outbox_messages (effect_key, kind, payload, available_at) VALUES ('copy:1', 'asset.copy', '{}', now() - interval '30 min')`)
    const { attention } = await read<Overview>('/overview')
    expect(attention.slice(2)).toMatchObject([
      { kind: 'files_near_deletion', count: 1 },
      { kind: 'not_counted', text: expect.stringMatching(/^The charts lack 2\d minutes: no worker counts./) },
      { kind: 'no_event', text: 'No event of stripe has come for 2 hours.', link: '/events?provider=stripe' },
    ])
    await database.query(`UPDATE count_cursors SET counted_until = date_trunc('minute', now());
      UPDATE webhook_dead_letters SET redriven_at = now(); UPDATE webhook_events SET status = 'ignored';
      DELETE FROM event_counts; DELETE FROM outbox_messages`)
    expect(await kinds()).toEqual([])
    expect((await fetch('/api/overview?range=1y')).status).toBe(400)
  }))
