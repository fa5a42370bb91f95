const EVENT = `(SELECT id FROM webhook_events WHERE event_id = 'evt_1')`

/** A user with a row in most tables. */
export const PERSON_ROWS = `
  INSERT INTO users (id, email, stripe_customer_id, role, host_role) VALUES
    ('user_1', 'ada@example.com', 'cus_1', 'PREMIUM', 'FREE'), ('user_2', NULL, NULL, 'FREE', NULL);
  INSERT INTO customers (stripe_customer_id, user_id, email) VALUES
    ('cus_1', 'user_1', 'ada@example.com'), ('cus_2', 'user_1', NULL), ('cus_3', NULL, NULL);
  INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, user_id, status, is_active, has_snapshot, current_period_end)
    VALUES ('sub_1', 'cus_1', 'user_1', 'active', true, true, '2030-01-01T00:00:00Z'),
      ('sub_0', 'cus_2', 'user_1', 'canceled', false, true, '2020-01-01T00:00:00Z');
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, subscription_id, status, processed_at) VALUES
    ('stripe', 'evt_0', 'customer.subscription.created', 'stripe::cus_1', 'cus_1', 'sub_1', 'processed', now()),
    ('stripe', 'evt_1', 'invoice.paid', 'stripe::cus_1', 'cus_1', 'sub_1', 'processed', now()),
    ('stripe', 'evt_2', 'customer.updated', 'stripe::cus_2', 'cus_2', NULL, 'processed', now()),
    ('replicate', 'msg_1', 'prediction.succeeded', 'replicate:pred1', NULL, NULL, 'received', NULL);
  INSERT INTO payments (payment_id, stripe_customer_id, user_id, status, amount, currency, occurred_at, webhook_event_id, link_user_ids)
    VALUES ('in_1', 'cus_1', 'user_1', 'succeeded', 2000, 'usd', now(), ${EVENT}, '{}'),
      ('pi_1', NULL, 'user_1', 'succeeded', 300, 'usd', now() - interval '1 day', NULL, '{user_1}');
  INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency, webhook_event_id)
    VALUES ('payment:in_1', 'in_1', 'cash', 'debit', 2000, 'usd', ${EVENT});
  INSERT INTO notifications (effect_key, kind, recipient, subject, status, webhook_event_id)
    VALUES ('receipt:in_1', 'receipt', 'ada@example.com', 'Your receipt', 'sent', ${EVENT});
  INSERT INTO generation_jobs (id, user_id, prediction_id, status, seen_at, output) VALUES
    ('job_1', 'user_1', 'pred1', 'succeeded', '2026-01-02T00:00:00Z', '"a secret prompt"'),
    ('job_0', 'user_1', 'pred0', 'failed', '2026-01-01T00:00:00Z', NULL),
    ('job_2', 'user_2', 'pred2', 'starting', '2026-01-03T00:00:00Z', NULL);
  INSERT INTO renders (id, generation_job_id, files_refused) VALUES (1, 'job_1', 2);
  INSERT INTO variants (render_id, idx, pointer, status, source_url) VALUES (1, 0, '/0', 'stored', 'https://replicate.delivery/x')`
