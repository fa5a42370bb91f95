import { describe, expect, test } from '@jest/globals'
import {
  at,
  checkout,
  connectedAccount,
  creditNote,
  customer,
  dispute,
  fraudWarning,
  invoiceSaid,
  payment,
  paymentMethod,
  prediction,
  reference,
  refund,
  session,
  subscription,
} from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

/** The only row of a table, without its registers. */
async function rowOf({ query }: TestWorker, table: string): Promise<Record<string, unknown>> {
  const rows = await query(`SELECT to_jsonb(t) - 'registers' AS row FROM ${table} t`)
  expect(rows).toHaveLength(1)
  return rows[0]?.['row'] as Record<string, unknown>
}

const ORIGIN = { account: 'acct_1', livemode: true }
const stored = (second: number) => at(second).toISOString().replace('.000Z', '+00:00')

test('each fact of billing becomes a row with the columns that readers know', () =>
  withWorker(async (worker) => {
    const contents = {
      ...{ status: 'open', number: 'A-7', amountDue: 700, amountPaid: 0, tax: 70, currency: 'eur', attemptCount: 2 },
      ...{ nextPaymentAttempt: at(1).toISOString(), hostedInvoiceUrl: 'https://pay', invoicePdf: 'https://pdf' },
      ...{ customerEmail: 'one@example.com', periodStart: at(2).toISOString(), periodEnd: at(3).toISOString() },
      ...{ created: at(4).toISOString(), lines: [{ description: 'Pro', quantity: 1, amount: 700 }] },
    }
    await worker.handle({
      facts: [
        invoiceSaid(0, { ...ORIGIN, contents }),
        session(0, { ...ORIGIN, subscriptionId: 'sub_1', contents: { paymentStatus: 'paid' } }),
        reference('pi_1', 'in_1', { ...ORIGIN, succeeded: true, amountRefunded: 400 }),
        refund(0, 'pending', ORIGIN),
        dispute(0, 'needs_response', { ...ORIGIN, evidenceDueBy: at(5) }),
        paymentMethod(0, ORIGIN),
        connectedAccount(0, true),
      ],
    })
    expect(await rowOf(worker, 'invoices')).toEqual({
      ...{ stripe_invoice_id: 'in_1', stripe_customer_id: 'cus_1', stripe_subscription_id: 'sub_1', ...ORIGIN },
      ...{ status: 'open', number: 'A-7', amount_due: 700, amount_paid: 0, tax: 70, currency: 'eur', attempt_count: 2 },
      ...{ next_payment_attempt: stored(1), hosted_invoice_url: 'https://pay', invoice_pdf: 'https://pdf' },
      ...{ customer_email: 'one@example.com', period_start: stored(2), period_end: stored(3), created_at: stored(4) },
      ...{ billing_reason: 'subscription_cycle', collection_method: 'charge_automatically', details: null },
      ...{
        sells_credits: false,
        action_required_at: null,
        failed_at: null,
        lines: [{ description: 'Pro', quantity: 1, amount: 700 }],
      },
    })
    expect(await rowOf(worker, 'checkout_sessions')).toEqual({
      ...{ stripe_checkout_session_id: 'cs_1', stripe_customer_id: null, stripe_subscription_id: 'sub_1', ...ORIGIN },
      ...{ mode: 'payment', status: 'complete', payment_status: 'paid', amount_total: 1_000, currency: 'usd' },
      customer_email: null,
      locale: null,
      details: null,
      sells_credits: false,
      lines_fetch_after: expect.any(String),
    })
    expect(await rowOf(worker, 'payment_references')).toEqual({
      ...{
        reference: 'pi_1',
        payment_id: 'in_1',
        succeeded: true,
        amount_refunded: 400,
        unclaimed: false,
        unclaimed_since: null,
        webhook_event_id: null,
        email: null,
        sells_credits: false,
        ...ORIGIN,
      },
    })
    const taken = { charge_id: 'ch_1', payment_intent_id: 'pi_1', currency: 'usd', ...ORIGIN }
    expect(await rowOf(worker, 'refunds')).toEqual({
      ...{ stripe_refund_id: 're_1', status: 'pending', amount: 400, ...taken },
    })
    expect(await rowOf(worker, 'disputes')).toEqual({
      ...{ stripe_dispute_id: 'dp_1', status: 'needs_response', reason: 'fraudulent', amount: 1_000, ...taken },
      evidence_due_by: stored(5),
    })
    expect(await rowOf(worker, 'payment_methods')).toEqual({
      ...{ stripe_payment_method_id: 'pm_1', stripe_customer_id: 'cus_1', type: 'card', detached: false, ...ORIGIN },
      ...{ brand: 'visa', last4: '4242', exp_month: 1, exp_year: 2030 },
    })
    expect(await rowOf(worker, 'connected_accounts')).toEqual({ account: 'acct_1', livemode: true, deauthorized: true })
  }))

test('a payment without a customer is kept and booked like any other', () =>
  withWorker(async (worker) => {
    const [one, two] = ['cs_1', 'cs_2'].map((paymentId) =>
      payment({ paymentId, stripeInvoiceId: null, stripeSubscriptionId: null, stripeCustomerId: null }),
    )
    if (!one || !two) throw new Error('there are two')
    const settled = await worker.handle({ facts: [one, two] })
    expect(settled).toMatchObject({
      outcome: 'processed',
      event: { payments: { succeeded: 2, failed: 0 } },
      effects: [{ delayMs: 3_000 }, { delayMs: 3_000 }],
    })
    expect(await worker.query('SELECT kind FROM outbox_messages')).toEqual([{ kind: 'receipt' }, { kind: 'receipt' }])
    expect(await worker.query('SELECT payment_id, stripe_customer_id, user_id FROM payments ORDER BY 1')).toEqual([
      { payment_id: 'cs_1', stripe_customer_id: null, user_id: null },
      { payment_id: 'cs_2', stripe_customer_id: null, user_id: null },
    ])
    expect(await worker.query('SELECT FROM ledger_entries')).toHaveLength(4)
    const again = await worker.handle({ facts: [one] })
    expect(again).toMatchObject({ event: { payments: { succeeded: 0, failed: 0 } } })
  }))

describe('a paid checkout of a subscription', () => {
  const LINKED = customer({ links: [{ userId: 'user_1', by: 'client_reference_id' }] })
  const role = ({ query }: TestWorker) => query('SELECT role FROM users')
  const keys = async ({ query }: TestWorker) =>
    (await query('SELECT effect_key FROM outbox_messages ORDER BY 1')).map((row) => row['effect_key'])

  test('gives access at once, and invalidates the cache of the host', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
      await worker.handle({ facts: [LINKED, { ...checkout(0), occurredAt: new Date() }] }) // its access ends in days
      expect(await role(worker)).toEqual([{ role: 'PREMIUM' }])
      expect(await keys(worker)).toEqual(['features:user_1:evt_0'])
    }))

  test('changes nothing where access exists, or where the subscription was canceled', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
      await worker.handle({ facts: [LINKED, subscription(5, 'canceled')] })
      await worker.handle({ facts: [checkout(9)] })
      expect(await role(worker)).toEqual([{ role: 'FREE' }])
      const before = await keys(worker)
      await worker.handle({ facts: [checkout(9)] })
      expect(await keys(worker)).toEqual(before)
    }))
})

test('facts about invoices, sessions and cards invalidate no cache', () =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
    await worker.handle({ facts: [customer({ links: [{ userId: 'user_1', by: 'metadata' }] })] })
    const owned = { customerId: 'cus_1', subscriptionId: 'sub_1' }
    const ids = [
      await worker.append({ facts: [subscription(1, 'active')] }),
      await worker.append({ facts: [invoiceSaid(1, owned), session(1, owned), paymentMethod(1)] }),
    ]
    const settled = await worker.commit(ids)
    expect(ids.map((id) => settled.get(id))).toMatchObject([{ effects: [{ delayMs: 0 }] }, { effects: [] }])
  }))

test('an event about a customer without a subscription invalidates the cache once, when the user is found', () =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id) VALUES ('user_1')`)
    const named = customer({ links: [{ userId: 'user_1', by: 'metadata' }] })
    const effects = [{ delayMs: 0 }]
    expect(await worker.handle({ facts: [named] })).toMatchObject({ effects })
    expect(await worker.handle({ facts: [{ ...named, occurredAt: new Date() }] })).toMatchObject({ effects: [] })
  }))

test('an event about a prediction whose job the host has not inserted has no effects', () =>
  withWorker(async ({ handle, query }) => {
    const contents = {
      facts: [prediction('processing')],
      effects: [{ key: 'k', kind: 'receipt' as const, payload: { paymentId: 'in_1' } }],
    }
    const isWritten = async () => (await query(`SELECT FROM outbox_messages WHERE effect_key = 'k'`)).length > 0
    const settled = await handle(contents)
    expect(settled).toMatchObject({ outcome: 'ignored', reason: 'no generation job for this prediction' })
    expect(await isWritten()).toBe(false)
    await query(`INSERT INTO generation_jobs (id, prediction_id) VALUES ('job_1', 'p1')`)
    expect(await handle(contents)).toMatchObject({ outcome: 'processed' })
    expect(await isWritten()).toBe(true)
  }))

test('a batch with facts about subscriptions runs no statement for other tables', () =>
  withWorker(async ({ pool, query, append, commit }) => {
    await query(`INSERT INTO users (id) VALUES ('user_1')`)
    const linked = customer({ links: [{ userId: 'user_1', by: 'metadata' }] })
    const ids = [await append({ facts: [linked, subscription(1, 'active')] }), await append({ facts: [linked] })]
    const statements: string[] = []
    pool.on('acquire', (client) => {
      const run = client.query.bind(client) as (...given: unknown[]) => unknown
      client.query = ((statement: { name?: string }, ...rest: unknown[]) => {
        if (statement.name) statements.push(statement.name)
        return run(statement, ...rest)
      }) as typeof client.query
    })
    await commit(ids)
    expect(statements).toEqual([
      'claim',
      ...['lock_customers', 'insert_customers', 'lock_subscriptions', 'insert_subscriptions'],
      ...['find_users', 'link_customers', 'link_subscriptions', 'find_moved_payments', 'lock_users', 'derive_roles'],
      ...['insert_outbox', 'finish_with_changes'],
    ])
  }))

test('a credit note and a fraud warning become rows with the columns that readers know', () =>
  withWorker(async (worker) => {
    const contents = {
      ...{ reason: 'duplicate', amount: 700, amountExcludingTax: 600, tax: 100, customerBalanceAmount: 200 },
      ...{ postPaymentAmount: 500, prePaymentAmount: 200, refundIds: ['re_1'], created: at(1).toISOString() },
      lines: [{ description: 'Pro', quantity: 1, amount: 600 }],
    }
    await worker.handle({
      facts: [creditNote(0, { ...ORIGIN, contents }), fraudWarning(0, { ...ORIGIN, created: at(2).toISOString() })],
    })
    expect(await rowOf(worker, 'credit_notes')).toEqual({
      ...{ stripe_credit_note_id: 'cn_1', stripe_invoice_id: 'in_1', stripe_customer_id: 'cus_1', ...ORIGIN },
      ...{ number: 'A-1-CN-01', status: 'issued', type: 'post_payment', reason: 'duplicate', memo: null },
      ...{ currency: 'usd', amount: 700, amount_excluding_tax: 600, tax: 100, pre_payment_amount: 200 },
      ...{ post_payment_amount: 500, customer_balance_amount: 200, out_of_band_amount: 0, refund_ids: ['re_1'] },
      ...{
        lines: contents.lines,
        details: creditNote(0).contents.details,
        pdf: null,
        created_at: stored(1),
        effective_at: null,
        voided_at: null,
      },
    })
    expect(await rowOf(worker, 'fraud_warnings')).toEqual({
      ...{ stripe_fraud_warning_id: 'issfr_1', charge_id: 'ch_1', payment_intent_id: 'pi_1', ...ORIGIN },
      ...{ fraud_type: 'misc', actionable: true, created_at: stored(2) },
    })
  }))
