import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { FindAnswer } from '../src/api/schemas/find.ts'
import { withConsole } from './with-board.ts'

const ROWS = `
  INSERT INTO users (id, email, stripe_customer_id) VALUES ('user_1', 'Ada@Example.com', 'cus_1');
  INSERT INTO customers (stripe_customer_id, user_id, email) VALUES ('cus_1', 'user_1', 'ada@example.com');
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, status, error) VALUES
    ('stripe', 'evt_1', 'invoice.paid', 'stripe::cus_1', 'cus_1', 'failed', 'handler_threw: a.ts:1'),
    ('stripe', 'evt_2', 'invoice.paid', 'stripe::cus_1', 'cus_1', 'failed', 'handler_threw: a.ts:1');
  INSERT INTO invoices (stripe_invoice_id, stripe_customer_id, status, amount_due, amount_paid, currency)
    VALUES ('in_1', 'cus_1', 'paid', 2000, 2000, 'usd');
  INSERT INTO payments (payment_id, stripe_invoice_id, stripe_customer_id, status, amount, currency, attempt_count, occurred_at)
    VALUES ('in_2', 'in_2', 'cus_1', 'succeeded', 2000, 'usd', 1, now());
  INSERT INTO payment_references (reference, payment_id) VALUES ('pi_2', 'in_2');
  INSERT INTO refunds (stripe_refund_id, payment_intent_id, status, amount, currency)
    VALUES ('re_2', 'pi_2', 'succeeded', 900, 'usd');
  INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'pred1');
  INSERT INTO outbox_messages (id, effect_key, kind, payload, status)
    VALUES ('00000000-0000-4000-8000-000000000001', 'receipt:in_1', 'receipt', '{}', 'failed');
  INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts, outbox_message_id, failed_at, redriven_at) VALUES
    ('stripe', 'evt_1', 'invoice.paid', 'handler_threw: a.ts:1', 'aaaa', 8, NULL, '2026-01-01T00:00:00Z', NULL),
    ('stripe', 'evt_2', 'invoice.paid', 'handler_threw: a.ts:2', 'aaaa', 8, NULL, '2026-01-02T00:00:00Z', NULL),
    ('stripe', 'evt_3', 'invoice.paid', 'handler_threw: a.ts:1', 'aaaa', 8, NULL, '2026-01-03T00:00:00Z', now()),
    ('stripe', 'evt_1', 'receipt', 'mail_refused: no', 'bbbb', 8, '00000000-0000-4000-8000-000000000001',
      '2026-01-04T00:00:00Z', NULL)`

const ROUTES = new URL('../page/src/routes/', import.meta.url)

/** Addresses that the page of the console has. */
const PAGES = [
  ...readdirSync(ROUTES)
    .map((name) => readFileSync(new URL(name, ROUTES), 'utf8'))
    .join('')
    .matchAll(/^ *path: '(.+)'/gm),
].map(([, path = '']) => new RegExp(`^${path.replaceAll(/\$\w+/g, '[^/]+')}$`))

const LINKS: Array<[q: string, exact: boolean, found: string[]]> = [
  ['evt_1', true, ['event evt_1 /e/stripe/evt_1']],
  ['cus_1', true, ['customer cus_1 /c/cus_1']],
  ['ADA@example.com', true, ['user user_1 /u/user_1', 'customer cus_1 /c/cus_1']],
  ['in_1', true, ['invoice in_1 /c/cus_1']],
  ['in_2', true, ['payment in_2 /payments/in_2']],
  ['pi_2', true, ['charge or intent pi_2 /payments/in_2']],
  ['re_2', true, ['refund re_2 /payments/in_2']],
  ['pred1', true, ['generation job_1 /p/pred1']],
  ['aaaa', true, ['dead letters aaaa /d/aaaa']],
  ['evt_', false, ['event evt_2 /e/stripe/evt_2', 'event evt_1 /e/stripe/evt_1']],
  ['user', false, ['user user_1 /u/user_1']],
  ['ada@example', false, []],
  ['nothing', false, []],
]

test('a key leads to what has it, with a page that shows it, and a part of an id to what has that', () =>
  withConsole(async ({ database, read, fetch }) => {
    await database.query(ROWS)
    for (const [q, exact, found] of LINKS) {
      const answer = await read<FindAnswer>(`/find?q=${encodeURIComponent(q)}`)
      const items = answer.items.map(({ kind, id, link }) => `${kind} ${id} ${link}`)
      expect([q, answer.exact, ...items]).toEqual([q, exact, ...found])
      const paths = answer.items.map(({ link }) => String(link).split('?')[0] ?? '')
      expect(paths.filter((path) => !PAGES.some((page) => page.test(path)))).toEqual([])
      expect(JSON.stringify(answer).toLowerCase()).not.toContain('example.com')
    }
    for (const path of ['/api/find', '/api/find?q=ab']) expect((await fetch(path)).status).toBe(400)
  }))
