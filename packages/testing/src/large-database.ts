import pg from 'pg'

/** Days over which the events are spread, until now. */
const DAYS = 30

interface Index {
  name: string
  definition: string
}

/** Indexes of the current schema that no constraint needs. */
const INDEXES = `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
  WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisunique`

/** Statements at once. */
const CONNECTIONS = 6

/** So many events are inserted by one statement. */
const SLICE = 500_000

/** No trigger notes what changed, and no worker has to. */
const SETTINGS = '-c session_replication_role=replica -c maintenance_work_mem=256MB'

/**
 * Fills an empty database as a month of traffic would: this many events, and all that follows from them. All that is rare
 * is the oldest, so that a walk from the newest row finds it last.
 *
 * @param url as owner, who may drop indexes
 * @param events at least 10,000
 * @param say hears of each step
 */
export async function fillDatabase(url: string, events: number, say: (step: string) => void = () => {}): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS, options: SETTINGS })
  const all = (texts: string[]) => Promise.all(texts.map((text) => pool.query(text)))
  try {
    const { rows: indexes } = await pool.query<Index>(INDEXES)
    for (const { name } of indexes) await pool.query(`DROP INDEX ${name}`)
    say('rows')
    const tables = Object.entries(tablesOf(events))
    await all(tables.flatMap(([columns, text]) => slicesOf(columns, text)))
    await pool.query(
      `SELECT setval(pg_get_serial_sequence('webhook_events', 'id'), ${events}); INSERT INTO ${LEDGER_DAYS}`,
    )
    say('indexes')
    await all(indexes.map(({ definition }) => definition))
    say('statistics')
    await all(tables.map(([columns]) => `VACUUM ANALYZE ${columns.split(' ')[0]}`))
  } finally {
    await pool.end()
  }
}

/** Only events have their ids from the statement. */
function slicesOf(columns: string, text: string): string[] {
  const [all, count] = /generate_series\(1, (\d+)\)/.exec(text) ?? []
  if (!columns.startsWith('webhook_events') || all === undefined) return [`INSERT INTO ${columns} ${text}`]
  return Array.from({ length: Math.ceil(Number(count) / SLICE) }, (_, index) => {
    const slice = `generate_series(${index * SLICE + 1}, ${Math.min(Number(count), (index + 1) * SLICE)})`
    return `INSERT INTO ${columns} ${text.replace(all, slice)}`
  })
}

const LEDGER_DAYS = `ledger_days (day, currency, account, debit, credit)
  SELECT created_at::date, currency, account, coalesce(sum(amount) FILTER (WHERE direction = 'debit'), 0),
    coalesce(sum(amount) FILTER (WHERE direction = 'credit'), 0)
  FROM ledger_entries WHERE created_at < date_trunc('minute', now()) GROUP BY 1, 2, 3`

const series = (count: number): string => `generate_series(1, ${Math.floor(count)}) AS n`

/** Statements that select the rows of each table, by the table and its columns. `n`: number of the event. */
function tablesOf(events: number): Record<string, string> {
  const [people, paid, generated, effects] = [events / 20, events / 8, events / 20, events / 4]
  const [changes, deliveries, attempts] = [events / 8, events / 20, events / 50]
  const [letters, actions] = [Math.min(events / 20, 100_000), Math.min(events / 20, 50_000)]
  const at = (number: string, count = events) =>
    `now() - (${Math.floor(count)} - ${number}) * interval '${(DAYS * 86_400) / count} s'`
  const rare = Math.floor(events / 1_000)
  const isPrediction = `n % 20 = 3`
  const customer = `'cus_' || n % ${people} + 1`
  const type = `CASE WHEN n < ${rare} THEN 'rare.type' WHEN ${isPrediction} THEN 'prediction.succeeded' WHEN n % 8 = 0 THEN 'invoice.paid'
      ELSE (ARRAY['invoice.created', 'customer.updated', 'charge.succeeded', 'payment_intent.succeeded',
        'customer.subscription.updated', 'payment_method.attached', 'invoice.finalized'])[n % 7 + 1] END`
  const status = `CASE WHEN n > ${events - 20} THEN 'received' WHEN n < ${rare} AND n % 10 = 0 THEN 'failed'
      WHEN n % 200 = 0 AND n < ${events / 2} THEN 'ignored' ELSE 'processed' END`
  return {
    'users (id, stripe_customer_id, email, role)': `SELECT 'user_' || n, 'cus_' || n, n || '@example.com',
      CASE n % 2 WHEN 0 THEN 'FREE' ELSE 'PREMIUM' END FROM ${series(people)}`,
    'customers (stripe_customer_id, user_id, email, livemode)': `SELECT 'cus_' || n, 'user_' || n, n || '@example.com', true
      FROM ${series(people)}`,
    'subscriptions (stripe_subscription_id, stripe_customer_id, user_id, status, is_active, gives_premium, current_period_end)': `
      SELECT 'sub_' || n, 'cus_' || n, 'user_' || n, 'active', true, true, now() + interval '9 days' FROM ${series(people)}`,
    [`webhook_events (id, provider, event_id, type, livemode, ordering_key, customer_id, subscription_id, status, occurred_at,
      received_at, processed_at, touched, headers, raw_body)`]: `
      SELECT n, CASE WHEN n < ${rare} THEN 'rare' WHEN ${isPrediction} THEN 'replicate' ELSE 'stripe' END, 'evt_' || n, ${type}, true,
        CASE WHEN ${isPrediction} THEN 'replicate:pred' || n / 20 ELSE 'stripe::' || ${customer} END,
        CASE WHEN n < ${rare} OR ${isPrediction} THEN NULL WHEN n < ${rare + 2_000} THEN 'cus_1' ELSE ${customer} END,
        CASE WHEN n % 7 = 5 THEN 'sub_' || n % ${people} + 1 END, ${status}, ${at('n')}, ${at('n')},
        CASE WHEN n <= ${events - 20} THEN ${at('n')} + interval '20 ms' END,
        CASE WHEN n % 8 = 0 THEN ARRAY['customers/' || ${customer}, 'payments/in_' || n / 8] END,
        '{"user-agent":"Stripe/1.0 (+https://stripe.com/docs/webhooks)"}',
        CASE WHEN n > ${events * 0.9} THEN convert_to(repeat('{"object":"event","amount":' || n || '}', 20), 'UTF8') END
      FROM ${series(events)}`,
    [`payments (payment_id, stripe_invoice_id, stripe_subscription_id, stripe_customer_id, user_id, livemode, status, amount, currency,
      occurred_at, webhook_event_id)`]: `
      SELECT 'in_' || n, 'in_' || n, 'sub_' || n % ${people} + 1, ${customer}, 'user_' || n % ${people} + 1, true,
        CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'succeeded' END, 2000, CASE n % 3 WHEN 0 THEN 'eur' ELSE 'usd' END, ${at('n', paid)}, n * 8
      FROM ${series(paid)}`,
    'invoices (stripe_invoice_id, stripe_customer_id, stripe_subscription_id, status, amount_due, amount_paid, currency)': `
      SELECT 'in_' || n, ${customer}, 'sub_' || n % ${people} + 1, 'paid', 2000, 2000, 'usd' FROM ${series(paid)}`,
    'payment_references (reference, payment_id, succeeded, webhook_event_id)': `SELECT 'pi_' || n, 'in_' || n, true, n * 8
      FROM ${series(paid)}`,
    'refunds (stripe_refund_id, payment_intent_id, status, amount, currency)': `SELECT 're_' || n, 'pi_' || n * 20, 'succeeded', 900, 'usd'
      FROM ${series(paid / 20)}`,
    'disputes (stripe_dispute_id, payment_intent_id, status, amount, currency)': `SELECT 'dp_' || n, 'pi_' || n * 50, 'lost', 900, 'usd'
      FROM ${series(paid / 50)}`,
    'ledger_entries (entry_key, payment_id, account, direction, amount, currency, webhook_event_id, created_at)': `
      SELECT 'payment:in_' || n, 'in_' || n, line.account, line.direction, 2000, CASE n % 3 WHEN 0 THEN 'eur' ELSE 'usd' END, n * 8,
        ${at('n', paid)}
      FROM ${series(paid)}, (VALUES ('cash', 'debit'), ('revenue', 'credit')) AS line (account, direction)`,
    'outbox_messages (effect_key, kind, payload, status, available_at, done_at, webhook_event_id)': `
      SELECT CASE n % 2 WHEN 0 THEN 'receipt:in_' || n / 2 ELSE 'features:' || n END,
        CASE n % 2 WHEN 0 THEN 'receipt' ELSE 'features.invalidate' END, '{}',
        CASE WHEN n < ${rare} THEN 'failed' WHEN n > ${effects} - 100 THEN 'pending' ELSE 'done' END, ${at('n', effects)},
        CASE WHEN n <= ${effects} - 100 THEN ${at('n', effects)} END, n * 4
      FROM ${series(effects)}`,
    'notifications (effect_key, kind, recipient, subject, status, sent_at, webhook_event_id)': `
      SELECT 'receipt:in_' || n, CASE WHEN n < ${rare} THEN 'rare' ELSE 'receipt' END, n % ${people} + 1 || '@example.com', 'Your receipt',
        'sent', ${at('n', paid)}, n * 8
      FROM ${series(paid)}`,
    'documents (kind, number, payment_id, storage_key, webhook_event_id)': `
      SELECT 'receipt', 'R-' || n, 'in_' || n, 'documents/' || n || '.pdf', n * 8 FROM ${series(paid)}`,
    'credit_notes (stripe_credit_note_id, stripe_invoice_id, stripe_customer_id, status, amount, currency)': `
      SELECT 'cn_' || n, 'in_' || n * 30, ${customer}, 'issued', 100, 'usd' FROM ${series(paid / 30)}`,
    'generation_jobs (id, user_id, prediction_id, status, seen_at, completed_at)': `
      SELECT 'job_' || n, 'user_' || n % ${people} + 1, 'pred' || n,
        CASE WHEN n < ${rare} THEN 'failed' ELSE 'succeeded' END, ${at('n', generated)}, ${at('n', generated)}
      FROM ${series(generated)}`,
    'renders (id, generation_job_id)': `SELECT n, 'job_' || n FROM ${series(generated)}`,
    'variants (render_id, idx, pointer, status, storage_key, asset_key, content_type, bytes)': `
      SELECT n, 0, '/0', 'stored', 'assets/' || n || '.png', 'assets/' || n, 'image/png', 4711 FROM ${series(generated)}`,
    'row_changes (at, webhook_event_id, table_name, row_key, column_name, before, after)': `
      SELECT ${at('n', changes)}, n * 8, CASE n % 2 WHEN 0 THEN 'subscriptions' ELSE 'users' END,
        CASE n % 2 WHEN 0 THEN 'sub_' ELSE 'user_' END || n % ${people} + 1,
        CASE n % 2 WHEN 0 THEN 'status' ELSE 'role' END, 'trialing', 'active'
      FROM ${series(changes)}`,
    'webhook_deliveries (provider, event_row, outcome, reason, address_net, bytes, answered_ms, received_at)': `
      SELECT CASE WHEN n < ${rare} THEN 'rare' ELSE 'stripe' END, CASE WHEN n % 5 > 0 THEN n * 20 END,
        CASE WHEN n % 5 > 0 THEN 'duplicate' ELSE 'refused' END,
        CASE WHEN n % 5 > 0 THEN NULL WHEN n < ${rare} THEN 'too_old' ELSE 'no_matching_signature' END,
        '203.0.' || n % 200 || '.0/24', 512, 3, ${at('n', deliveries)}
      FROM ${series(deliveries)}`,
    'webhook_attempts (event_row, provider, type, n, is_last, code, message, fingerprint, started_at, ended_at)': `
      SELECT n * 50, 'stripe', 'invoice.paid', 1, n % 9 = 0, 'handler_threw', 'no output', 'cause' || n % 100, ${at('n', attempts)},
        ${at('n', attempts)}
      FROM ${series(attempts)}`,
    [`webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts, failed_at, redriven_at, customer_id, amount,
      currency)`]: `
      SELECT 'stripe', 'evt_' || n * 8, 'invoice.paid', 'handler_threw: no output', 'cause' || n % 100, 8, ${at('n', letters)},
        CASE WHEN n % 5 > 0 THEN now() END, ${customer}, 2000, 'usd'
      FROM ${series(letters)}`,
    'dead_letter_groups (fingerprint, state, note)': `SELECT 'cause' || n, (ARRAY['open', 'ignored', 'resolved'])[n % 3 + 1], 'a note'
      FROM ${series(60)}`,
    'operator_actions (id, at, actor, role, kind, filter, reason, state, content_hash, previous_hash, hash)': `
      SELECT n, ${at('n', actions)}, CASE WHEN n < ${rare} THEN 'ada' ELSE 'bo' END, 'operator',
        CASE WHEN n < ${rare} THEN 'replay' ELSE 'redrive' END, jsonb_build_object('fingerprint', 'cause' || n % 100),
        'it is mended now', CASE WHEN n < ${rare} THEN 'failed' ELSE 'done' END, 'c' || n, 'p' || n, 'h' || n
      FROM ${series(actions)}`,
    'event_counts (minute, provider, type, outcome, n, sum_ms, histogram)': `
      SELECT minute, 'stripe', 'type.' || n, 'processed', 60, 900, array_fill(3, ARRAY[20])
      FROM ${minutesOf(8)}, ${series(10)}`,
    'delivery_counts (minute, provider, outcome, reason, n)': `SELECT minute, 'stripe', 'duplicate', '', 3 FROM ${minutesOf(8)}`,
    'effect_counts (minute, kind, outcome, n)': `SELECT minute, 'kind.' || n, 'done', 30 FROM ${minutesOf(8)}, ${series(5)}`,
    'count_cursors (name, counted_until)': `SELECT name, date_trunc('minute', now()) FROM unnest('{minutes,ledger}'::text[]) AS name`,
  }
}

const minutesOf = (days: number): string =>
  `generate_series(date_trunc('minute', now()) - interval '${days} days', now(), interval '1 minute') AS minute`
