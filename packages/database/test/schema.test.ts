import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import { TABLES } from '../src/tables.ts'
import { refusalOf, sql } from './sql.ts'

/** The columns that other programs may rely on. */
const COLUMNS = {
  webhook_events:
    'id provider event_id type account livemode api_version ordering_key customer_id subscription_id status attempts error occurred_at received_at processed_at headers raw_body crashes sweep_after',
  webhook_dead_letters:
    'id outbox_message_id provider event_id type raw_body error fingerprint attempts failed_at redriven_at',
  outbox_messages: 'id effect_key kind payload status attempts crashes error available_at done_at webhook_event_id',
  customers: 'stripe_customer_id user_id account livemode email deleted',
  users: 'id email stripe_customer_id role',
  subscriptions:
    'stripe_subscription_id stripe_customer_id user_id status is_active billing_period interval interval_count price_id quantity current_period_end cancel_at_period_end canceled_at cancel_at trial_end pause_collection collection_method currency account livemode undecided fetch_after default_payment_method missing_payment_method gives_premium access_until access_rules items_incomplete',
  subscription_items:
    'stripe_subscription_item_id stripe_subscription_id position price_id product_id quantity usage_type unit_amount unit_amount_decimal currency interval interval_count current_period_end',
  invoices:
    'stripe_invoice_id stripe_customer_id stripe_subscription_id account livemode status number amount_due amount_paid tax currency attempt_count next_payment_attempt hosted_invoice_url invoice_pdf customer_email period_start period_end created_at lines',
  checkout_sessions:
    'stripe_checkout_session_id stripe_customer_id stripe_subscription_id account livemode mode status payment_status amount_total currency customer_email',
  payment_references:
    'reference payment_id account livemode succeeded amount_refunded email unclaimed unclaimed_since webhook_event_id',
  refunds: 'stripe_refund_id charge_id payment_intent_id account livemode status amount currency',
  disputes:
    'stripe_dispute_id charge_id payment_intent_id account livemode status amount currency reason evidence_due_by',
  credit_notes:
    'stripe_credit_note_id stripe_invoice_id stripe_customer_id account livemode number status type reason memo currency amount amount_excluding_tax tax pre_payment_amount post_payment_amount customer_balance_amount out_of_band_amount refund_ids lines pdf created_at effective_at voided_at',
  fraud_warnings:
    'stripe_fraud_warning_id charge_id payment_intent_id account livemode fraud_type actionable created_at',
  payment_methods:
    'stripe_payment_method_id stripe_customer_id account livemode type brand last4 exp_month exp_year detached',
  connected_accounts: 'account livemode deauthorized',
  payments:
    'payment_id stripe_invoice_id stripe_subscription_id stripe_customer_id user_id status amount currency attempt_count next_payment_attempt occurred_at moved_to_payment_id unpriced webhook_event_id account livemode',
  ledger_entries: 'entry_key corrects payment_id stripe_account livemode account direction amount currency',
  documents: 'kind number payment_id storage_key webhook_event_id',
  notifications: 'effect_key kind recipient subject status sent_at webhook_event_id',
  generation_jobs: 'id user_id prediction_id status error output metrics completed_at seen_at poll_after',
  products: 'stripe_product_id name active metadata account livemode',
  prices:
    'stripe_price_id stripe_product_id lookup_key lookup_keys unit_amount unit_amount_decimal currency interval interval_count usage_type active account livemode',
  entitlement_summaries: 'stripe_customer_id account livemode incomplete',
  entitlements: 'user_id feature source stripe_customer_id stripe_subscription_id expires_at',
  renders: 'id generation_job_id',
  variants: 'id render_id idx pointer source_url storage_key status content_type bytes sha256',
}

test('the columns that other programs rely on exist', () =>
  withPostgres(async ({ url }) => {
    const present = await columnsOf(url)
    for (const [table, columns] of Object.entries(COLUMNS))
      expect(present[table]).toEqual(expect.arrayContaining(columns.split(' ')))
  }))

test('the list of tables has every table and no other, with columns that exist', () =>
  withPostgres(async ({ url }) => {
    const present = await columnsOf(url)
    expect(Object.keys(TABLES).sort()).toEqual(Object.keys(present).sort())
    for (const [table, { key, shown, volatile, updates, ingest }] of Object.entries(TABLES)) {
      const named = [...key, ...shown, ...volatile, ...updates, ...ingest.select, ...ingest.insert]
      expect(present[table]).toEqual(expect.arrayContaining(named))
    }
  }))

async function columnsOf(url: string): Promise<Record<string, string[]>> {
  const rows = await sql<{ table: string; columns: string[] }>(
    url,
    `SELECT table_name AS table, array_agg(column_name::text) AS columns FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name <> '_prisma_migrations' GROUP BY 1`,
  )
  return Object.fromEntries(rows.map(({ table, columns }) => [table, columns]))
}

test('times have a zone, amounts are integers, bodies are bytes, and ids that the host sets are text', () =>
  withPostgres(async ({ url }) => {
    const typeless = await sql(
      url,
      `SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name <> '_prisma_migrations' AND (
          (column_name ~ '(_at|_end|_start|_due_by|_attempt|_after)$' AND column_name <> 'cancel_at_period_end'
            AND data_type <> 'timestamp with time zone')
          OR (column_name ~ '(^|_)amount(_|$)|^tax$' AND column_name <> 'unit_amount_decimal' AND data_type <> 'bigint')
          OR (column_name = 'raw_body' AND data_type <> 'bytea')
          OR (column_name IN ('user_id', 'generation_job_id', 'error') AND data_type <> 'text')
          OR (table_name IN ('users', 'generation_jobs') AND column_name = 'id' AND data_type <> 'text')
        )`,
    )
    expect(typeless).toEqual([])
  }))

test('keys are unique: those of the list of tables, and some more', () =>
  withPostgres(async ({ url }) => {
    const rows = await sql<{ key: string }>(
      url,
      `SELECT i.indrelid::regclass || '(' || string_agg(a.attname, ', ' ORDER BY k.position) || ')' AS key
        FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (number, position)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
        WHERE i.indisunique AND i.indpred IS NULL AND i.indrelid::regclass::text = ANY ($1)
        GROUP BY i.indexrelid, i.indrelid`,
      [Object.keys(TABLES)],
    )
    const { webhook_events: _, webhook_dead_letters: __, ...keyed } = TABLES
    expect(rows.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        ...Object.entries(keyed).map(([table, { key }]) => `${table}(${key.join(', ')})`),
        'webhook_events(provider, event_id)',
        'users(stripe_customer_id)',
        'variants(render_id, pointer)',
        'entitlements(user_id, feature, source)',
      ]),
    )
  }))

test('the host can insert its rows with its own columns alone, and no foreign key stops it', () =>
  withPostgres(async ({ url }) => {
    await sql(url, `INSERT INTO users (id) VALUES ('user_1')`)
    await sql(url, `INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'nobody', 'p1')`)
    expect(await sql(url, 'SELECT role FROM users')).toEqual([{ role: 'FREE' }])
    expect(await sql(url, 'SELECT status FROM generation_jobs')).toEqual([{ status: 'starting' }])
    expect(await sql(url, `SELECT conname FROM pg_constraint WHERE contype = 'f'`)).toEqual([])
  }))

test('every check of the migrations exists', () =>
  withPostgres(async ({ url }) => {
    const rows = await sql<{ conname: string }>(
      url,
      `SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'sluice'::regnamespace ORDER BY 1`,
    )
    expect(rows.map(({ conname }) => conname)).toEqual([
      ...['credit_entries_account', 'credit_entries_amount', 'credit_entries_direction'],
      'dead_letter_groups_state_check',
      'documents_kind_check',
      'ledger_entries_account_check',
      'ledger_entries_amount_check',
      'ledger_entries_direction_check',
      ...['operator_actions_role', 'operator_actions_size', 'operator_actions_state'],
      'outbox_messages_status_check',
      'payments_status_check',
      'subscriptions_billing_period_check',
      'users_role_check',
      'variants_status_check',
      'webhook_events_status_check',
    ])
  }))

const PAYMENT = `INSERT INTO payments (payment_id, status, amount, currency, occurred_at) VALUES ('in_1', `
const LEDGER = 'INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency) VALUES '

test.each([
  ['an unknown status of an event', `UPDATE webhook_events SET status = 'done'`],
  [
    'an unknown status of an effect',
    `INSERT INTO outbox_messages (effect_key, kind, payload, status) VALUES ('k', 'k', '{}', 'x')`,
  ],
  ['an unknown role', `INSERT INTO users (id, role) VALUES ('user_1', 'ADMIN')`],
  ['an unknown status of a payment', `${PAYMENT} 'open', 1, 'usd', now())`],
  ['an unknown direction', `${LEDGER} ('k', 'p', 'cash', 'up', 1, 'usd')`],
  ['an unknown account of the ledger', `${LEDGER} ('k', 'p', 'savings', 'debit', 1, 'usd')`],
  ['a ledger entry of zero', `${LEDGER} ('k', 'p', 'cash', 'debit', 0, 'usd')`],
  [
    'an unknown kind of document',
    `INSERT INTO documents (kind, number, payment_id, storage_key) VALUES ('note', '1', 'p', 's')`,
  ],
  [
    'an unknown status of a variant',
    `INSERT INTO variants (render_id, idx, pointer, status) VALUES (1, 0, '', 'lost')`,
  ],
  [
    'an unknown billing period',
    `INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, status, is_active, billing_period)
      VALUES ('sub_1', 'cus_1', 'active', true, 'hourly')`,
  ],
])('%s is refused', (_what, statement) =>
  withPostgres(async ({ url }) => {
    await sql(
      url,
      `INSERT INTO webhook_events (provider, event_id, type, ordering_key) VALUES ('stripe', 'e', 't', 'k')`,
    )
    expect(await refusalOf(url, statement)).toBe('23514')
  }),
)

test('the partial indexes, which Prisma cannot express, exist', () =>
  withPostgres(async ({ url }) => {
    const rows = await sql<{ name: string; condition: string }>(
      url,
      `SELECT indexrelid::regclass::text AS name, pg_get_expr(indpred, indrelid) AS condition
        FROM pg_index WHERE indpred IS NOT NULL AND indrelid::regclass::text = ANY ($1) ORDER BY 1`,
      [Object.keys(TABLES)],
    )
    expect(Object.fromEntries(rows.map(({ name, condition }) => [name, condition]))).toEqual({
      checkout_sessions_email: '(customer_email IS NOT NULL)',
      checkout_sessions_without_lines:
        "((mode = 'payment'::text) AND (payment_status = 'paid'::text) AND (NOT sells_credits) AND (NOT (registers ? 'sold'::text)))",
      customers_elsewhere: '((account IS NOT NULL) OR (livemode = false))',
      generation_jobs_open:
        "((prediction_id IS NOT NULL) AND (status <> ALL (ARRAY['succeeded'::text, 'failed'::text, 'canceled'::text, 'aborted'::text])))",
      ledger_entries_corrects: '(corrects IS NOT NULL)',
      payment_references_email: '(email IS NOT NULL)',
      payment_references_that_sell_credits: 'sells_credits',
      payment_references_unclaimed: 'unclaimed',
      payments_unpriced: 'unpriced',
      operator_actions_fingerprint: "((filter ->> 'fingerprint'::text) IS NOT NULL)",
      operator_actions_open: "(state = ANY (ARRAY['queued'::text, 'running'::text]))",
      outbox_messages_host: "((status = 'pending'::text) AND (kind = 'host.message'::text))",
      outbox_messages_sweep: "(status = 'pending'::text)",
      outbox_messages_waiting: '(waiting_since IS NOT NULL)',
      payments_moved: '(moved_to_payment_id IS NOT NULL)',
      payments_of_guests: '(stripe_customer_id IS NULL)',
      checkout_sessions_that_sell_credits: 'sells_credits',
      credit_entries_reservations:
        "((account = 'reserved'::text) AND (direction = 'debit'::text) AND (corrects IS NULL))",
      invoices_that_sell_credits: 'sells_credits',
      prices_with_credits: "(registers ? 'creditTerms'::text)",
      products_with_features: "(metadata ? 'features'::text)",
      subscriptions_access_ends: '(is_active AND (access_until IS NOT NULL))',
      subscriptions_held: '(held_until IS NOT NULL)',
      subscriptions_undecided: 'undecided',
      webhook_dead_letters_open: '(redriven_at IS NULL)',
      webhook_dead_letters_open_effect: '(redriven_at IS NULL)',
      webhook_dead_letters_open_event: '((redriven_at IS NULL) AND (outbox_message_id IS NULL))',
      webhook_events_bodies: '(raw_body IS NOT NULL)',
      webhook_events_ended: "(status <> 'received'::text)",
      webhook_events_failed: "(status = 'failed'::text)",
      webhook_events_ignored: "(status = 'ignored'::text)",
      webhook_events_imported: "(type ~~ 'import.%'::text)",
      webhook_events_no_job: "((status = 'ignored'::text) AND (error = 'no generation job for this prediction'::text))",
      webhook_events_of_predictions: "(provider = 'replicate'::text)",
      webhook_events_revisions: '(revision IS NOT NULL)',
      webhook_events_sweep: "(status = 'received'::text)",
      webhook_events_touched: '(touched IS NOT NULL)',
      webhook_events_untraced: "((touched IS NULL) AND (status = 'processed'::text))",
    })
  }))

test('an event, or an effect, has one open dead letter at most', () =>
  withPostgres(async ({ url }) => {
    const add = (effect: string | null) =>
      refusalOf(
        url,
        `INSERT INTO webhook_dead_letters (outbox_message_id, provider, event_id, type, error, fingerprint, attempts)
          VALUES ($1, 'stripe', 'evt_1', 'invoice.paid', 'broken', 'f', 8)`,
        [effect],
      )
    const effect = randomUUID()
    expect([await add(null), await add(effect)]).toEqual([undefined, undefined])
    expect([await add(null), await add(effect)]).toEqual(['23505', '23505'])
    await sql(url, 'UPDATE webhook_dead_letters SET redriven_at = now()')
    expect([await add(null), await add(effect)]).toEqual([undefined, undefined])
  }))

test('the claim is a function that only the worker may call', () =>
  withPostgres(async ({ url }) => {
    const may = await sql<{ rolname: string }>(
      url,
      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'sluice\\_%'
        AND has_function_privilege(rolname, 'process_webhook_event(bigint[])', 'EXECUTE')`,
    )
    expect(may).toEqual([{ rolname: 'sluice_worker' }])
  }))
