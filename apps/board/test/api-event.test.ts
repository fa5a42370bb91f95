import { expect, test } from '@jest/globals'
import type { Deliveries, Refusals } from '../src/api/schemas/deliveries.ts'
import type { EventLife } from '../src/api/schemas/event-life.ts'
import { withConsole } from './with-board.ts'

const EVENT = `(SELECT id FROM webhook_events WHERE event_id = 'evt_1')`

const ROWS = `
  INSERT INTO users (id, stripe_customer_id, role) VALUES ('user_1', 'cus_1', 'PREMIUM');
  INSERT INTO customers (stripe_customer_id, user_id, email) VALUES ('cus_1', 'user_1', 'ada@example.com');
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, status, livemode, touched) VALUES
    ('stripe', 'evt_0', 'customer.created', 'stripe::cus_1', 'cus_1', 'processed', false, NULL),
    ('stripe', 'evt_1', 'invoice.paid', 'stripe::cus_1', 'cus_1', 'processed', false,
      '{customers/cus_1,payments/in_1,payments/gone}'),
    ('replicate', 'msg_1', 'prediction.succeeded', 'replicate:pred1', NULL, 'failed', NULL, '{variants/pred1}');
  INSERT INTO payments (payment_id, stripe_customer_id, user_id, status, amount, currency, occurred_at, webhook_event_id)
    VALUES ('in_1', 'cus_1', 'user_1', 'succeeded', 2000, 'usd', now(), ${EVENT});
  INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency, webhook_event_id)
    VALUES ('payment:in_1', 'in_1', 'cash', 'debit', 2000, 'usd', ${EVENT}),
      ('payment:in_1', 'in_1', 'revenue', 'credit', 2000, 'usd', ${EVENT}),
      ('refund:re_1', 'in_1', 'cash', 'credit', 500, 'usd', NULL);
  INSERT INTO outbox_messages (effect_key, kind, payload, status, webhook_event_id)
    VALUES ('receipt:in_1', 'receipt', '{"customerEmail":"ada@example.com"}', 'done', ${EVENT});
  INSERT INTO notifications (effect_key, kind, recipient, subject, status, webhook_event_id)
    VALUES ('receipt:in_1', 'receipt', 'ada@example.com', 'Your receipt', 'sent', ${EVENT});
  INSERT INTO documents (kind, number, payment_id, storage_key, webhook_event_id) VALUES ('receipt', 'R-1', 'in_1', 'x', ${EVENT});
  INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'pred1');
  INSERT INTO renders (id, generation_job_id) VALUES (1, 'job_1');
  INSERT INTO variants (render_id, idx, pointer, status) VALUES (1, 0, '/0', 'stored');
  INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
    VALUES ('replicate', 'msg_1', 'prediction.succeeded', 'handler_threw: x', 'abc123', 8)`

test('an event shows what became of it: rows, money, effects, e-mail, documents, users', () =>
  withConsole(async ({ database, read }) => {
    await database.query(ROWS)

    const life = await read<EventLife>('/events/stripe/evt_1')

    expect(life).toMatchObject({
      event: { eventId: 'evt_1', status: 'processed', orderingKey: 'stripe::cus_1' },
      deliveries: [{ receivedAt: life.event.receivedAt, outcome: 'accepted' }],
      attempts: [],
      changes: [],
      facts: [
        { table: 'customers', key: 'cus_1', values: { user_id: 'user_1', deleted: false } },
        { table: 'payments', key: 'in_1', values: { status: 'succeeded', amount: 2000, currency: 'usd' } },
        { table: 'payments', key: 'gone', values: null },
      ],
      ledger: [
        { entryKey: 'payment:in_1', account: 'cash', direction: 'debit', amount: 2000, isOwn: true },
        { entryKey: 'payment:in_1', account: 'revenue', direction: 'credit', amount: 2000, isOwn: true },
        { entryKey: 'refund:re_1', amount: 500, isOwn: false },
      ],
      effects: [{ effectKey: 'receipt:in_1', status: 'done' }],
      emails: [{ kind: 'receipt', subject: 'Your receipt', status: 'sent' }],
      documents: [{ kind: 'receipt', number: 'R-1', isOwn: true }],
      files: [],
      deadLetter: null,
      users: [{ id: 'user_1', role: 'PREMIUM' }],
      neighbours: [
        { eventId: 'evt_0', relation: 'customer' },
        { eventId: 'msg_1', relation: 'time' },
      ],
      links: {
        job: '/queues/jobs/events/stripe-evt_1',
        provider: 'https://dashboard.stripe.com/test/events/evt_1',
      },
    })
    expect(JSON.stringify(life)).not.toMatch(/ada@|rawBody|headers/)
  }))

test('an event of a prediction shows its files and its dead letter', () =>
  withConsole(async ({ database, read }) => {
    await database.query(ROWS)
    expect(await read('/events/replicate/msg_1')).toMatchObject({
      attempts: [{ number: 8, error: 'handler_threw: x', effectKey: null, startedAt: null, isLast: true }],
      facts: [{ table: 'variants', key: 'pred1', values: { '/0': 'stored' } }],
      files: [{ predictionId: 'pred1', generationJobId: 'job_1', pointer: '/0', status: 'stored' }],
      deadLetter: { fingerprint: 'abc123', redrivenAt: null },
      users: [{ id: 'user_1' }],
      links: { provider: null },
    })
  }))

test('an event shows its repeats, and each failed attempt of it and of its effects', () =>
  withConsole(async ({ database, read }) => {
    await database.query(ROWS)
    await database.query(`
      INSERT INTO webhook_deliveries (provider, event_row, outcome, reason, address_net, bytes, body_hash, answered_ms) VALUES
        ('stripe', ${EVENT}, 'duplicate', NULL, '203.0.113.0/24', 512, 'aa', 3),
        ('stripe', NULL, 'refused', 'too_old', '203.0.113.0/24', 9, 'bb', 1),
        ('stripe', NULL, 'refused', 'too_old', NULL, NULL, NULL, NULL);
      UPDATE webhook_deliveries SET count = 40 WHERE bytes IS NULL;
      INSERT INTO webhook_attempts (event_row, provider, type, n, is_last, code, message, fingerprint, started_at)
        VALUES (${EVENT}, 'stripe', 'invoice.paid', 1, false, 'handler_threw', 'x', 'ff', now());
      INSERT INTO webhook_attempts (outbox_message_id, type, n, is_last, code, message, fingerprint, trace_id, started_at)
        SELECT id, 'receipt', 1, true, 'smtp_550', 'y', 'ee', 'abc', now() FROM outbox_messages`)

    const { deliveries, attempts } = await read<EventLife>('/events/stripe/evt_1')
    expect(deliveries).toMatchObject([
      { outcome: 'accepted', bodyHash: null },
      { outcome: 'duplicate', addressNet: '203.0.113.0/24', bytes: 512, bodyHash: 'aa', answeredMs: 3 },
    ])
    expect(attempts).toMatchObject([
      { number: 1, effectKey: null, error: 'handler_threw: x', isLast: false, traceId: null },
      { number: 1, effectKey: 'receipt:in_1', error: 'smtp_550: y', isLast: true, traceId: 'abc' },
    ])

    const repeats = await read<Deliveries>('/deliveries?outcome=duplicate')
    expect(repeats).toMatchObject({ items: [{ eventId: 'evt_1', type: 'invoice.paid', count: 1 }], next: null })
    const page = await read<Deliveries>('/deliveries?outcome=refused&reason=too_old&limit=1')
    expect(page.items).toMatchObject([{ eventId: null, count: 40 }])
    expect(await read(`/deliveries?outcome=refused&cursor=${page.next}`)).toMatchObject({ items: [{ bodyHash: 'bb' }] })
    const { items } = await read<Refusals>('/refusals?range=1h')
    expect(items).toMatchObject([
      { provider: 'stripe', reason: 'too_old', count: 41, networks: [{ network: '203.0.113.0/24', count: 1 }] },
    ])
    expect(items[0]?.hint).toMatch(/clock/)
  }))

test('an unknown event, or another route, is not found', () =>
  withConsole(async ({ fetch }) => {
    for (const path of ['/api/events/stripe/evt_9', '/api/events/none/evt_1', '/api/nothing'])
      expect([path, (await fetch(path)).status]).toEqual([path, 404])
  }))

test('an event tells who redrove it, changed the state of its cause, sent its effects again, and revealed it', () =>
  withConsole(async ({ database, read }) => {
    await database.query(ROWS)
    const { rows } = await database.query(`SELECT id FROM outbox_messages WHERE effect_key = 'receipt:in_1'`)
    const action = (kind: string, filter: object, ended = 'NULL') =>
      database.query(
        `INSERT INTO operator_actions (actor, role, kind, filter, reason, started_at, finished_at)
          VALUES ('ada', 'operator', $1, $2, 'it was mended', now() - interval '1 minute', ${ended})`,
        [kind, filter],
      )
    await action('redrive', { type: 'prediction.succeeded', cause: 'handler_threw' })
    await action('redrive', { type: 'invoice.paid' })
    await action('redrive', { fingerprint: 'abc123' }, `now() - interval '30 seconds'`)
    await action('redrive', { ids: ['msg_2'] })
    await action('resolve', { fingerprint: 'abc123' })
    await action('resend', { effects: [rows[0]?.id] })
    await action('reveal', { provider: 'stripe', event: 'evt_1' })
    await action('replay', { ids: ['evt_1', 'evt_9'] })
    const actionsOf = async (path: string) =>
      (await read<EventLife>(path)).actions.map(({ kind, filter }) => `${kind} ${Object.keys(filter)}`)

    expect(await actionsOf('/events/replicate/msg_1')).toEqual(['resolve fingerprint'])
    await database.query('UPDATE webhook_dead_letters SET redriven_at = now()')
    expect(await actionsOf('/events/replicate/msg_1')).toEqual(['redrive type,cause', 'resolve fingerprint'])
    expect(await actionsOf('/events/stripe/evt_1')).toEqual(['resend effects', 'reveal event,provider', 'replay ids'])
    expect(await actionsOf('/events/stripe/evt_0')).toEqual([])
  }))
