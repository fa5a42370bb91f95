import { expect, test } from '@jest/globals'
import { processed } from '@sluice/events'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { claim } from '../../src/commit/claim.ts'
import { createCommit, deriveAccess } from '../../src/commit/index.ts'
import { appendRows } from '../../src/inbox/append-rows.ts'
import { type PaymentRegisters, paidOf } from '../../src/merges/payment.ts'
import { connect, WORKER_NAME } from '../../src/sql/pool.ts'
import { customer, invoice, payment, subscription } from '../facts.ts'
import { received } from '../received.ts'

interface Workers {
  /** Connections named as version 0.1.0 names them. */
  older: Pool
  newer: Pool
  owner: Pool
}

const withWorkers = (use: (workers: Workers) => Promise<void>) =>
  withPostgres(async ({ url, roleUrl }) => {
    const connectAs = (applicationName: string) => connect(roleUrl('sluice_worker'), { max: 1, applicationName })
    const workers = {
      older: connectAs('sluice-worker'),
      newer: connectAs(WORKER_NAME),
      owner: connect(url, { max: 1 }),
    }
    try {
      await use(workers)
    } finally {
      await Promise.all(Object.values(workers).map((pool) => pool.end()))
    }
  })

async function claimedBy(pool: Pool, ids: string[]): Promise<string[]> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    return (await claim(client, ids)).map((row) => row.claim)
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
}

test('an older worker claims events only while no newer worker is connected', () =>
  withWorkers(async ({ older, newer, owner }) => {
    const ids = (await appendRows(owner, [received('evt_1'), received('evt_2')])).map(({ id }) => id)
    expect(await claimedBy(older, ids)).toEqual(['claimed', 'claimed'])

    const connection = await newer.connect()
    expect(await claimedBy(older, ids)).toEqual(['busy', 'busy'])
    expect(await claimedBy(owner, ids)).toEqual(['claimed', 'claimed'])
    await owner.query(`UPDATE webhook_events SET status = 'processed' WHERE event_id = 'evt_1'`)
    expect(await claimedBy(older, ids)).toEqual(['settled', 'busy'])

    connection.release(true)
    await owner.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1
      AND datname = current_database()`,
      [WORKER_NAME],
    )
    expect(await claimedBy(older, ids)).toEqual(['settled', 'claimed'])
  }))

/** State that only this version can store. */
const FACTS = [
  customer({ customerId: 'cus_1', links: [{ by: 'own', userId: 'user_1' }], isSubscriber: true }),
  subscription(1, 'active'),
  invoice(2, 'failed', { created: 1 }),
  payment({ paymentId: 'in_1', money: { amount: 1_000, external: 0, total: 1_000, tax: 160 } }),
]

const RULES = { decide: () => processed(FACTS), pastDueIsActive: true, jobWaitSeconds: 0 }

async function commitFacts({ newer, owner }: Workers): Promise<void> {
  await owner.query(`INSERT INTO users (id) VALUES ('user_1'); DELETE FROM user_changes`)
  const [row] = await appendRows(owner, [received('evt_1')])
  const outcome = (await createCommit(newer, RULES)([row?.id ?? ''])).get(row?.id ?? '')
  expect(outcome?.outcome).toBe('processed')
}

/** The registers and columns that version 0.1.0 writes when an event of these objects comes. */
const OF_OLDER = {
  customers: `UPDATE customers SET link_user_id = NULL, email = 'new@example.com',
    registers = '{"account": null, "livemode": false, "contact": {"email": "new@example.com"}}'`,
  subscriptions: `UPDATE subscriptions SET status = 'active', registers = jsonb_build_object('customerId', 'cus_1',
    'snapshot', registers -> 'snapshot', 'invoice', '{"created": "2026-01-05T09:00:01.000Z", "invoiceId": "in_2",
    "paid": true, "occurredAt": "2026-01-05T09:00:00.000Z", "billingReason": null}'::jsonb)`,
  payments: `UPDATE payments SET attempt_count = 2, registers = '{"attemptCount": 2, "first": {"digest": "",
    "occurredAt": "2026-01-05T09:00:00.000Z", "contents": {"status": "succeeded", "amount": 1000, "currency": "usd",
    "stripeInvoiceId": "in_1", "stripeSubscriptionId": "sub_1", "stripeCustomerId": "cus_1", "account": null,
    "livemode": false}}}'`,
}

test('an older worker drops nothing that this version stored', () =>
  withWorkers(async (workers) => {
    await commitFacts(workers)
    const { older, newer, owner } = workers
    for (const update of Object.values(OF_OLDER)) await older.query(update)

    const read = async (columns: string, table: string) =>
      (await owner.query(`SELECT ${columns} FROM ${table}`)).rows[0]
    expect(await read('link_user_id, link_user_ids, email, is_subscriber', 'customers')).toEqual({
      link_user_id: 'user_1',
      link_user_ids: ['user_1'],
      email: 'new@example.com',
      is_subscriber: true,
    })
    const { registers } = await read('registers', 'payments')
    expect(paidOf(registers as PaymentRegisters)).toMatchObject({ amount: 1_000, tax: 160 })

    await deriveAccess(newer, { pastDueIsActive: true })
    expect(await read('status, is_active, has_snapshot', 'subscriptions')).toEqual({
      status: 'past_due',
      is_active: true,
      has_snapshot: true,
    })
    expect(await read('role, host_role', 'users')).toEqual({ role: 'PREMIUM', host_role: 'FREE' })
  }))

test('rows that an older worker writes are as the migrations leave older rows', () =>
  withWorkers(async ({ older, owner }) => {
    await owner.query(`INSERT INTO users (id) VALUES ('user_1'); DELETE FROM user_changes`)
    await older.query(`INSERT INTO customers (stripe_customer_id, link_user_id) VALUES ('cus_1', 'user_1')`)
    await older.query(`INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, status, is_active, registers)
      VALUES ('sub_1', 'cus_1', 'active', true, '{"snapshot": {}}')`)
    await older.query(`INSERT INTO payments (payment_id, status, amount, currency, occurred_at, account, livemode)
      VALUES ('in_1', 'succeeded', 5, 'usd', now(), 'acct_1', true)`)
    await older.query(`INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency)
      VALUES ('payment:in_1', 'in_1', 'cash', 'debit', 5, 'usd')`)
    await older.query(`UPDATE users SET role = 'PREMIUM'`)

    const one = async (text: string) => (await owner.query(text)).rows
    expect(await one('SELECT link_user_ids FROM customers')).toEqual([{ link_user_ids: ['user_1'] }])
    expect(await one('SELECT user_id FROM user_changes')).toEqual([{ user_id: 'user_1' }])
    expect(await one('SELECT has_snapshot, access_rules FROM subscriptions')).toEqual([
      { has_snapshot: true, access_rules: '' },
    ])
    expect(await one('SELECT stripe_account, livemode FROM ledger_entries')).toEqual([
      { stripe_account: 'acct_1', livemode: true },
    ])
    expect(await one('SELECT host_role, had_subscription FROM users')).toEqual([
      { host_role: 'FREE', had_subscription: true },
    ])
  }))

test('an effect of a kind that an older worker does not know uses no attempt there', () =>
  withWorkers(async ({ older, newer, owner }) => {
    await owner.query(`INSERT INTO outbox_messages (effect_key, kind, payload) VALUES ('a', 'from the future', '{}')`)
    const fail = (error: string) =>
      `UPDATE outbox_messages SET attempts = attempts + 1, error = '${error}' RETURNING attempts`
    expect((await older.query(fail('unknown_kind: effect failed'))).rows).toEqual([])
    expect((await older.query(fail('smtp_550: effect failed'))).rows).toEqual([{ attempts: 1 }])
    expect((await newer.query(fail('unknown_kind: effect failed'))).rows).toEqual([{ attempts: 2 }])
  }))
