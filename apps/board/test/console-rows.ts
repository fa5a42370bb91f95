/** It would report itself if a page took it for HTML. */
export const SCRIPT = '<img src="/none" onerror="globalThis.reports.push(this.src)">'

/** In a JSON text. */
const QUOTED = SCRIPT.replaceAll('"', '\\"')

/** A customer that paid, a prediction that became a dead letter, one effect that did, and forty events before them. */
export const ROWS = `
  INSERT INTO users (id, stripe_customer_id, role) VALUES ('user_1', 'cus_1', 'PREMIUM');
  INSERT INTO customers (stripe_customer_id, user_id, email, livemode) VALUES ('cus_1', 'user_1', 'ada@example.com', false);
  INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, user_id, status, is_active)
    VALUES ('sub_1', 'cus_1', 'user_1', 'active', true);
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, status, livemode, received_at, processed_at)
    SELECT 'stripe', 'evt_old_' || n, 'customer.updated', 'stripe::cus_1', 'cus_1', 'processed', false,
      now() - n * interval '1 minute', now() - n * interval '1 minute' FROM generate_series(60, 1, -1) AS n;
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, status, livemode, error, touched) VALUES
    ('stripe', 'evt_paid', 'invoice.paid', 'stripe::cus_1', 'cus_1', 'processed', false, NULL,
      '{customers/cus_1,payments/in_1}'),
    ('replicate', 'msg_failed', 'prediction.completed', 'replicate:pred1', NULL, 'failed', NULL, 'handler_threw: no output', NULL);
  INSERT INTO payments (payment_id, stripe_customer_id, user_id, status, amount, currency, occurred_at, webhook_event_id)
    SELECT 'in_1', 'cus_1', 'user_1', 'succeeded', 2000, 'usd', now(), id FROM webhook_events WHERE event_id = 'evt_paid';
  INSERT INTO row_changes (webhook_event_id, table_name, row_key, column_name, before, after)
    SELECT id, change.* FROM webhook_events, (VALUES ('subscriptions', 'sub_1', 'status', 'trialing', 'active'),
      ('users', 'user_1', 'role', 'FREE', 'PREMIUM')) AS change WHERE event_id = 'evt_paid';
  INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency, webhook_event_id)
    SELECT 'payment:in_1', 'in_1', line.account, line.direction, 2000, 'usd', id FROM webhook_events,
      (VALUES ('cash', 'debit'), ('revenue', 'credit')) AS line (account, direction) WHERE event_id = 'evt_paid';
  INSERT INTO outbox_messages (effect_key, kind, payload, status, webhook_event_id)
    SELECT 'receipt:in_1', 'receipt', '{}', 'done', id FROM webhook_events WHERE event_id = 'evt_paid';
  INSERT INTO notifications (effect_key, kind, recipient, subject, status, webhook_event_id)
    SELECT 'receipt:in_1', 'receipt', 'ada@example.com', 'Your receipt', 'sent', id FROM webhook_events
    WHERE event_id = 'evt_paid';
  INSERT INTO outbox_messages (effect_key, kind, payload, status, error, attempts, webhook_event_id)
    SELECT 'trial_ending:sub_1:1', 'trial.ending', '{}', 'failed', 'mail_550: no such user', 1, id FROM webhook_events
    WHERE event_id = 'evt_paid';
  INSERT INTO notifications (effect_key, kind, recipient, subject, webhook_event_id)
    SELECT effect_key, kind, 'ada@example.com', '${SCRIPT} Your trial ends', webhook_event_id FROM outbox_messages
    WHERE kind = 'trial.ending';
  INSERT INTO webhook_attempts (outbox_message_id, provider, type, n, is_last, code, message, fingerprint, started_at)
    SELECT id, 'outbox', kind, 1, true, 'mail_550', 'no such user', 'fed987', now() FROM outbox_messages
    WHERE kind = 'trial.ending';
  UPDATE notifications SET attachments = '{receipts/in_1.pdf,receipts/in_1-2.pdf}' WHERE kind = 'receipt';
  INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
    VALUES ('replicate', 'msg_failed', 'prediction.completed', 'handler_threw: no output', 'abc123', 8);
  INSERT INTO webhook_attempts (event_row, provider, type, n, is_last, code, message, fingerprint, trace_id, started_at)
    SELECT id, provider, type, n, n = 2, 'handler_threw', 'no output', 'abc123', '0af7651916cd43dd8448eb211c80319c', now()
    FROM webhook_events, generate_series(1, 2) AS n WHERE event_id = 'msg_failed';
  INSERT INTO webhook_deliveries (provider, event_row, outcome, address_net, bytes, body_hash, answered_ms)
    SELECT provider, id, 'duplicate', '203.0.113.0/24', 512, repeat('ab', 32), 3 FROM webhook_events
    WHERE event_id = 'evt_paid';
  INSERT INTO webhook_deliveries (provider, outcome, reason, count, address_net, bytes, body_hash, answered_ms) VALUES
    ('stripe', 'refused', 'no_matching_signature', 1, '2001:db8:1::/48', 512, repeat('cd', 32), 1),
    ('stripe', 'refused', 'too_old', 4711, NULL, NULL, NULL, NULL);
  INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts, failed_at, redriven_at, customer_id,
      amount, currency)
    SELECT 'stripe', 'evt_dead_' || n, 'invoice.paid', 'invalid_object: data.object', 'def456', 8,
      now() - n * interval '7 hours', CASE WHEN n > 12 THEN now() END, 'cus_' || n % 4, 1900, 'usd' FROM generate_series(1, 40) AS n;
  INSERT INTO dead_letter_groups (fingerprint, state, ignored_until, note, owner, changed_by, changed_at, resolved_at,
      resolved_version, regressed_at)
    VALUES ('abc123', 'open', NULL, '${SCRIPT} a note', '${SCRIPT} bo', '${SCRIPT} ada', now(), now(), '0.1.0', now()),
      ('def456', 'ignored', now() + interval '1 day', 'waits for Stripe', 'ada', 'operator', now(), NULL, NULL, NULL);
  UPDATE webhook_events SET headers = '{"user-agent":"${QUOTED}"}', raw_body = convert_to('{"amount":1.10,"name":"Ada ${QUOTED}"}', 'UTF8')
    WHERE event_id = 'evt_paid';
  INSERT INTO operator_actions (actor, role, kind, filter, reason, state, done, total, finished_at, result) VALUES
    ('${SCRIPT} ada', 'admin', 'resolve', '{"fingerprint":"abc123","note":"${QUOTED} a note"}', '${SCRIPT} the reason', 'done', 3, 3, now(),
      '{"state":"resolved","text":"${QUOTED}"}'),
    ('bo', 'operator', 'redrive', '{"type":"none"}', 'it was mended', 'queued', 0, NULL, NULL, NULL)`

/** A worker that found something, one that was stopped, and an ingest with two secrets of one provider. */
export const PROCESS_ROWS = `
  INSERT INTO process_reports (app, instance, version, started_at, reported_at, details, findings) VALUES
    ('worker', '11111111-a', '0a1b2c3d4e5f', now() - interval '3 hours', now(),
      '{"load":{"concurrency":256,"cpu":0.42,"loop":0.31,"memory":268435456}}',
      '[{"check":"Stripe endpoint","verdict":"failed","says":"It lacks customer.subscription.paused: add it at Stripe."},
        {"check":"Dead letters","verdict":"found","says":"3 open: sluice redrive --dry-run shows the causes. ${QUOTED}"},
        {"check":"Eviction","verdict":"good","says":"maxmemory-policy noeviction"},
        {"check":"SMTP_URL","verdict":"skipped","says":"not checked"}]'),
    ('worker', '22222222-b', '0a1b2c3d4e5f', now() - interval '2 hours', now() - interval '20 minutes',
      '{"load":{"concurrency":256,"cpu":0,"loop":0,"memory":100000000}}', NULL),
    ('ingest', '33333333-c', NULL, now() - interval '3 hours', now(),
      '{"secrets":[{"provider":"stripe","variable":"STRIPE_WEBHOOK_SECRET","characters":[38,38],"matchedAt":"2026-11-29T01:02:03.000Z"},
        {"provider":"replicate","variable":"REPLICATE_WEBHOOK_SECRET","characters":[],"matchedAt":null}]}', NULL)`

/** A scheduled run that repaired, one of an action that failed, and refusals in the hour of what was missed. */
export const RECONCILE_ROWS = `
  INSERT INTO reconcile_runs (provider, asked_by, since, until, repair, started_at, finished_at, checked, missed, hours, events, error)
  VALUES
    ('replicate', 'action:1', now() - interval '3 days', now(), false, now() - interval '2 days', now() - interval '2 days', 0, 0,
      '[]', '[]', 'replicate_403'),
    ('stripe', 'schedule', now() - interval '3 days', now(), true, now(), now(), 12, 3,
      '[{"hour":"2026-11-29T01:00:00.000Z","sent":7,"processed":3,"ignored":1,"failed":1,"waiting":0,"missed":2,"past":0},
        {"hour":"2026-11-29T02:00:00.000Z","sent":4,"processed":4,"ignored":0,"failed":0,"waiting":0,"missed":0,"past":1}]',
      '[{"eventId":"evt_missed","type":"invoice.paid ${QUOTED}","at":"2026-11-29T01:10:00.000Z","isPast":false},
        {"eventId":"evt_past","type":"customer.created","at":null,"isPast":true}]', NULL);
  INSERT INTO delivery_counts (minute, provider, outcome, reason, n)
    VALUES ('2026-11-29T01:05:00Z', 'stripe', 'refused', 'too_old', 2)`

/** An event that arrives while somebody watches. */
export const ARRIVAL = `
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, status)
    VALUES ('stripe', 'evt_new', 'charge.refunded', 'stripe::cus_2', 'received')`

export const ITS_END = `UPDATE webhook_events SET status = 'processed', processed_at = now() WHERE event_id = 'evt_new'`
