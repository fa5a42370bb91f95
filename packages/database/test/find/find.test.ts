import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { EVENTS_ABOUT } from '../../src/find/events-about.ts'
import { eventsAbout, find, valuesOf } from '../../src/find/index.ts'
import { LOOKUPS } from '../../src/find/lookups.ts'
import { connect } from '../../src/sql/pool.ts'

const PROVIDERS = ['stripe', 'replicate']

const withRows = (use: (board: Pool, owner: Pool) => Promise<void>) =>
  withPostgres(async ({ url, roleUrl }) => {
    const [owner, board] = [connect(url), connect(roleUrl('sluice_board'))]
    try {
      await owner.query(ROWS)
      await use(board, owner)
    } finally {
      await Promise.all([owner.end(), board.end()])
    }
  })

const EVENT = `(SELECT id FROM webhook_events WHERE event_id = 'evt_1')`
const EFFECT = '00000000-0000-4000-8000-000000000001'

const ROWS = `
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, subscription_id)
    VALUES ('stripe', 'evt_1', 'invoice.paid', 'stripe::cus_1', 'cus_1', 'sub_1'),
      ('replicate', 'msg_1', 'prediction.succeeded', 'replicate:pred1', NULL, NULL);
  INSERT INTO users (id, email, stripe_customer_id) VALUES ('user_1', 'Ada@Example.com', 'cus_1'), ('user_2', 'b@x.org', NULL);
  INSERT INTO customers (stripe_customer_id, user_id, email) VALUES ('cus_1', 'user_1', 'ADA@example.com'), ('cus_2', NULL, 'c@x.org');
  INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, user_id, status, is_active)
    VALUES ('sub_1', 'cus_1', 'user_1', 'active', true);
  INSERT INTO subscription_items (stripe_subscription_item_id, stripe_subscription_id, position) VALUES ('si_1', 'sub_1', 0);
  INSERT INTO invoices (stripe_invoice_id, stripe_customer_id, status, number, amount_due, amount_paid, currency)
    VALUES ('in_1', 'cus_1', 'paid', 'A-1', 2000, 2000, 'usd');
  INSERT INTO payments (payment_id, stripe_invoice_id, stripe_customer_id, status, amount, currency, occurred_at, webhook_event_id)
    VALUES ('in_1', 'in_1', 'cus_1', 'succeeded', 2000, 'usd', now(), ${EVENT});
  INSERT INTO payment_references (reference, payment_id, email, webhook_event_id)
    VALUES ('ch_1', 'in_1', NULL, ${EVENT}), ('pi_1', 'in_1', 'guest@Example.com', ${EVENT});
  INSERT INTO checkout_sessions (stripe_checkout_session_id, customer_email) VALUES ('cs_1', 'guest@example.com');
  INSERT INTO refunds (stripe_refund_id, charge_id, status, amount, currency) VALUES ('re_1', 'ch_1', 'succeeded', 500, 'usd');
  INSERT INTO disputes (stripe_dispute_id, charge_id, status, amount, currency) VALUES ('dp_1', 'ch_1', 'lost', 500, 'usd');
  INSERT INTO credit_notes (stripe_credit_note_id, status, currency, amount) VALUES ('cn_1', 'issued', 'usd', 100);
  INSERT INTO fraud_warnings (stripe_fraud_warning_id, charge_id, actionable) VALUES ('issfr_1', 'ch_1', true);
  INSERT INTO payment_methods (stripe_payment_method_id, type) VALUES ('pm_1', 'card');
  INSERT INTO products (stripe_product_id, active) VALUES ('prod_1', true);
  INSERT INTO prices (stripe_price_id, active, lookup_keys) VALUES ('price_1', true, '{}');
  INSERT INTO connected_accounts (account) VALUES ('acct_1');
  INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'pred1');
  INSERT INTO outbox_messages (id, effect_key, kind, payload, webhook_event_id)
    VALUES ('${EFFECT}', 'receipt:in_1', 'receipt', '{}', ${EVENT});
  INSERT INTO notifications (effect_key, kind, recipient, subject) VALUES ('receipt:in_1', 'receipt', 'ada@example.com', 'Receipt');
  INSERT INTO documents (kind, number, payment_id, storage_key, webhook_event_id) VALUES ('receipt', 'R-1', 'in_1', 'x', ${EVENT});
  INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency, webhook_event_id)
    VALUES ('payment:in_1', 'in_1', 'cash', 'debit', 2000, 'usd', ${EVENT}),
      ('payment:in_1', 'in_1', 'revenue', 'credit', 2000, 'usd', ${EVENT});
  INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
    VALUES ('stripe', 'evt_1', 'invoice.paid', 'handler_threw', 'abc123', 8)`

const KINDS: Array<[text: string, kinds: string[]]> = [
  ['evt_1', ['event']],
  ['msg_1', ['event']],
  ['user_1', ['user']],
  ['cus_1', ['customer']],
  ['sub_1', ['subscription']],
  ['si_1', ['subscription item']],
  ['in_1', ['invoice', 'payment']],
  ['ch_1', ['charge or intent']],
  ['pi_1', ['charge or intent']],
  ['cs_1', ['checkout session']],
  ['re_1', ['refund']],
  ['dp_1', ['dispute']],
  ['cn_1', ['credit note']],
  ['issfr_1', ['fraud warning']],
  ['pm_1', ['payment method']],
  ['price_1', ['price']],
  ['prod_1', ['product']],
  ['acct_1', ['connected account']],
  ['pred1', ['generation']],
  ['job_1', ['generation']],
  ['receipt:in_1', ['effect', 'message']],
  [EFFECT, ['effect']],
  ['R-1', ['document']],
  ['payment:in_1', ['ledger entry']],
  ['abc123', ['dead letters']],
  ['ada@EXAMPLE.com', ['user', 'customer', 'message']],
  ['Guest@example.com', ['charge or intent', 'checkout session']],
  ['nobody@example.com', []],
  ['cus_', []],
  ["'; DROP TABLE users; --", []],
]

test('everything is found by its key, and an e-mail address in any case', () =>
  withRows(async (board) => {
    for (const [text, kinds] of KINDS) {
      const found = await find(board, text, PROVIDERS)
      expect([text, ...found.map(({ kind }) => kind)]).toEqual([text, ...kinds])
    }
    const all = new Set(KINDS.flatMap(([, kinds]) => kinds))
    expect(LOOKUPS.filter(({ kind }) => !all.has(kind))).toEqual([])
  }))

test('a row says what it is related to', () =>
  withRows(async (board, owner) => {
    const { rows } = await owner.query('SELECT id FROM webhook_events ORDER BY id LIMIT 1')
    expect(await find(board, String(rows[0].id), PROVIDERS)).toMatchObject([{ kind: 'event', id: 'evt_1' }])
    expect(await find(board, 'cus_1', PROVIDERS)).toEqual([
      { kind: 'customer', id: 'cus_1', related: { user: 'user_1', subscription: ['sub_1'], payment: ['in_1'] } },
    ])
    expect(await find(board, 'ch_1', PROVIDERS)).toEqual([
      {
        ...{ kind: 'charge or intent', id: 'ch_1' },
        related: { payment: 'in_1', event: 'evt_1', refund: ['re_1'], dispute: ['dp_1'] },
      },
    ])
    expect(await find(board, 'payment:in_1', PROVIDERS)).toMatchObject([
      { related: { payment: 'in_1', line: ['debit cash 2000 usd', 'credit revenue 2000 usd'], event: 'evt_1' } },
    ])
  }))

test('the events about an object are found, the newest first', () =>
  withRows(async (board) => {
    const all = await Promise.all(
      ['cus_1', 'sub_1', 'in_1', 'pi_1', 'receipt:in_1'].map((id) => eventsAbout(board, id, 9)),
    )
    expect(new Set(all.flat()).size).toBe(1)
    expect(all.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1])
    expect(await eventsAbout(board, 'pred1', 9)).toHaveLength(1)
    expect(await eventsAbout(board, 'nobody', 9)).toEqual([])
  }))

interface Plan {
  'Node Type': string
  'Index Cond'?: string
  Plans?: Plan[]
}

/** The parts of a plan that read a table or an index from end to end. */
const scansIn = (plan: Plan): Plan[] => [
  ...(/Scan$/.test(plan['Node Type']) && /^(Seq|Index|Bitmap Index)/.test(plan['Node Type']) && !plan['Index Cond']
    ? [plan]
    : []),
  ...(plan.Plans ?? []).flatMap(scansIn),
]

/** Texts of every form that a lookup takes. */
const EXAMPLES = ['cus_1', '123', 'ada@example.com', EFFECT]

test('no table is read from end to end', () =>
  withRows(async (_, owner) => {
    const client = await owner.connect()
    const scanned: string[] = []
    try {
      await client.query('SET enable_seqscan = off') // else small tables are, with or without an index
      const explain = async (sql: string, values: unknown[]) => {
        const { rows } = await client.query(`EXPLAIN (FORMAT JSON) ${sql}`, values)
        const [{ Plan }] = rows[0]['QUERY PLAN']
        if (scansIn(Plan).length > 0) scanned.push(`${sql}\n${JSON.stringify(Plan)}`)
      }
      for (const lookup of LOOKUPS) {
        const example = EXAMPLES.find((text) => lookup.form?.test(text) ?? true) ?? ''
        await explain(lookup.text, valuesOf(lookup, example, PROVIDERS))
      }
      await explain(EVENTS_ABOUT, ['cus_1', 50])
    } finally {
      client.release(true)
    }
    expect(scanned).toEqual([])
  }))
