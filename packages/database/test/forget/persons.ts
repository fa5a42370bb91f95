import { expect } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { type ExternalStores, forget } from '../../src/forget/index.ts'
import { checkLedger } from '../../src/ledger/index.ts'
import { at, customer, invoiceSaid, payment, refund, subscription } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'
import { factsOf, hostRowsOf, predictionOf } from './person-facts.ts'

export const MARK = 'ada-mark'
export const OTHER = 'bob-mark'
export const USER = { user: `user-${MARK}` }

/** Stores that keep a list of what was removed. */
export const storesOf = (removed: string[] = []): ExternalStores => ({
  removeFile: async (file) => void (file.kind === 'stored' && removed.push(file.key)),
  eraseQueues: async () => ({ erased: 0, waiting: 0 }),
})

export const BY = { operator: 'tester' }

export interface Persons extends TestWorker {
  handleAll(facts: Fact[]): Promise<void>
}

/** Two persons with everything: each fact is an event of its own, whose body names the person. */
export const withPersons = (use: (persons: Persons) => Promise<void>) =>
  withWorker(async (worker) => {
    const handleAll = async (facts: Fact[]) => {
      const ids: string[] = []
      for (const fact of facts) ids.push(await worker.append({ facts: [fact] }))
      const settled = await worker.commit(ids)
      expect([...settled.values()].map(({ outcome }) => outcome)).toEqual(facts.map(() => 'processed'))
    }
    for (const [mark, id] of [
      [MARK, 'a'],
      [OTHER, 'b'],
    ] as const) {
      await worker.query(hostRowsOf(mark, id))
      await handleAll(factsOf(mark, id))
      await store(worker, mark, id)
    }
    await use({ ...worker, handleAll })
  })

/** Stores the rows that effects and failures leave of a person. */
async function store({ query }: TestWorker, mark: string, id: string): Promise<void> {
  await query(
    `UPDATE variants SET status = 'stored', storage_key = asset_key || '.png' WHERE asset_key LIKE 'job_${id}/%'`,
  )
  await query(
    `INSERT INTO documents (kind, number, payment_id, storage_key) VALUES ('receipt', '1', 'in_${id}', 'receipts/in_${id}.pdf')`,
  )
  await query(
    `INSERT INTO rendered_emails (action_id, effect_key, subject, text, html)
      SELECT coalesce(max(action_id), 0) + 1, 'receipt:in_${id}', 'x', '${mark}', '<p>${mark}</p>' FROM rendered_emails`,
  )
  await query(
    `INSERT INTO notifications (effect_key, kind, recipient, subject, status, draft, attachments) VALUES ('receipt:in_${id}',
      'receipt', '${mark}@example.com', 'For ${mark}', 'sent', '{"draft":{"link":"${mark}"}}', '{receipts/${mark}.pdf}')`,
  )
  await query(
    `INSERT INTO outbox_messages (effect_key, kind, payload, status, available_at) VALUES
      ('payment_reminder:in_${id}:1', 'payment.reminder', '{"invoiceId": "in_${id}", "attempt": 1}', 'pending', now() + '3 days'::interval),
      ('renewal:sub_${id}:1', 'renewal.upcoming', '{"subscriptionId": "sub_${id}", "customerEmail": "${mark}@example.com"}', 'failed', now()),
      ('dispute:dp_${id}', 'dispute.opened', '{"disputeId": "dp_${id}"}', 'pending', now())`,
  )
  await query(
    `INSERT INTO webhook_dead_letters (outbox_message_id, provider, event_id, type, error, fingerprint, attempts)
      SELECT id, 'stripe', '', kind, 'smtp_550: refused', 'f', 8 FROM outbox_messages WHERE effect_key = 'renewal:sub_${id}:1'`,
  )
  await query(
    `INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, status, raw_body, processed_at) VALUES
      ('stripe', 'evt_dead_${id}', 'invoice.paid', 'stripe::cus_${id}', 'cus_${id}', 'failed', '{"name": "${mark}"}', NULL),
      ('stripe', 'evt_ignored_${id}', 'tax_id.created', 'stripe::cus_${id}', 'cus_${id}', 'ignored', '{"name": "${mark}"}', now())`,
  )
  await query(
    `INSERT INTO webhook_dead_letters (provider, event_id, type, raw_body, error, fingerprint, attempts)
      VALUES ('stripe', 'evt_dead_${id}', 'invoice.paid', '{"name": "${mark}"}', 'invalid_object: amount', 'g', 8)`,
  )
}

export const LEDGER = `SELECT entry_key, payment_id, account, direction, amount, currency FROM ledger_entries ORDER BY entry_key, account`

export const role = async ({ query }: TestWorker, mark = MARK) =>
  (await query(`SELECT role, host_role, had_subscription FROM users WHERE id = 'user-${mark}'`))[0]

export async function findingsOf({ pool }: TestWorker): Promise<unknown[]> {
  const findings: unknown[] = []
  for await (const page of checkLedger(pool)) findings.push(...page.findings)
  return findings
}

export const forgetIn = ({ owner }: Persons, stores = storesOf()) => forget(owner, USER, stores, BY)

export const LATE: Fact[] = [
  customer({
    customerId: 'cus_a',
    contact: { email: `${MARK}-2@example.com`, deleted: false },
    links: [{ userId: `user-${MARK}`, by: 'own' }],
    isSubscriber: true,
    occurredAt: at(50),
  }),
  {
    ...subscription(51, 'active', { links: [{ userId: `user-${MARK}`, by: 'own' }] }),
    customerId: 'cus_a',
    subscriptionId: 'sub_new',
  },
  {
    ...invoiceSaid(52, { contents: { customerEmail: `${MARK}-2@example.com`, status: 'paid' } }),
    customerId: 'cus_a',
    invoiceId: 'in_new',
  },
  {
    ...payment({ amount: 3_000 }),
    paymentId: 'in_new',
    stripeInvoiceId: 'in_new',
    stripeCustomerId: 'cus_a',
    stripeSubscriptionId: 'sub_new',
  },
  refund(53, 'succeeded', { refundId: 're_late', chargeId: 'ch_a', paymentIntentId: 'pi_a', amount: 100 }),
  ...predictionOf(MARK, 'a'),
]
