import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { eventually, findMark, rowsWith } from '@sluice/testing'
import { redrive } from '../../src/dead-letters/redrive.ts'
import { findPerson } from '../../src/forget/find-person.ts'
import { countOpen, type ExternalStores, forget } from '../../src/forget/index.ts'
import { applyRetention } from '../../src/inbox/retention.ts'
import { checkLedger } from '../../src/ledger/index.ts'
import { loadBilledPayment, recordDocument, recordStored } from '../../src/records/index.ts'
import { replay } from '../../src/replay/replay.ts'
import { at, customer, invoiceSaid, payment, reference, refund, session, subscription } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'
import { factsOf, hostRowsOf, predictionOf } from './person-facts.ts'

const MARK = 'ada-mark'
const OTHER = 'bob-mark'
const USER = { user: `user-${MARK}` }

/** Stores that keep a list of what was removed. */
const storesOf = (removed: string[] = []): ExternalStores => ({
  removeFile: async (file) => void (file.kind === 'stored' && removed.push(file.key)),
  eraseQueues: async () => ({ erased: 0, waiting: 0 }),
})

const BY = { operator: 'tester' }

interface Persons extends TestWorker {
  handleAll(facts: Fact[]): Promise<void>
}

/** Two persons with everything: each fact is an event of its own, whose body names the person. */
const withPersons = (use: (persons: Persons) => Promise<void>) =>
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

/** What effects and failures leave of a person. */
async function store({ query }: TestWorker, mark: string, id: string): Promise<void> {
  await query(
    `UPDATE variants SET status = 'stored', storage_key = asset_key || '.png' WHERE asset_key LIKE 'job_${id}/%'`,
  )
  await query(
    `INSERT INTO documents (kind, number, payment_id, storage_key) VALUES ('receipt', '1', 'in_${id}', 'receipts/in_${id}.pdf')`,
  )
  await query(
    `INSERT INTO notifications (effect_key, kind, recipient, subject, status) VALUES ('receipt:in_${id}', 'receipt', '${mark}@example.com', 'For ${mark}', 'sent')`,
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

const LEDGER = `SELECT entry_key, payment_id, account, direction, amount, currency FROM ledger_entries ORDER BY entry_key, account`

const role = async ({ query }: TestWorker, mark = MARK) =>
  (await query(`SELECT role, host_role, had_subscription FROM users WHERE id = 'user-${mark}'`))[0]

async function findingsOf({ pool }: TestWorker): Promise<unknown[]> {
  const findings: unknown[] = []
  for await (const page of checkLedger(pool)) findings.push(...page.findings)
  return findings
}

const forgetIn = ({ owner }: Persons, stores = storesOf()) => forget(owner, USER, stores, BY)

describe('a person who is forgotten', () => {
  test('is found nowhere any more: columns, registers, bodies, messages, effects; another person stays as it was', () =>
    withPersons(async (persons) => {
      const { owner, query } = persons
      expect((await findMark(query, MARK)).length).toBeGreaterThan(20)
      expect(await role(persons)).toMatchObject({ role: 'PREMIUM' })
      const [other, ledger] = [await rowsWith(query, OTHER), await query(LEDGER)]
      const removed: string[] = []

      const forgotten = await forgetIn(persons, storesOf(removed))

      expect(forgotten).toMatchObject({ isFinished: true, problems: [], waiting: 0 })
      expect(await findMark(query, MARK)).toEqual([])
      expect(removed.sort()).toEqual([
        ...[0, 1, 2].map(() => expect.stringMatching(/^job_a\/.*\.png$/)),
        'receipts/in_a.pdf',
      ])
      expect(await rowsWith(query, OTHER)).toEqual(other)
      expect(await query(LEDGER)).toEqual(ledger)
      expect(await findingsOf(persons)).toEqual([])
      expect(await role(persons)).toEqual({ role: 'FREE', host_role: null, had_subscription: false })
      expect(await role(persons, OTHER)).toMatchObject({ role: 'PREMIUM' })
      expect(await query(`SELECT amount::int, status FROM payments WHERE payment_id = 'in_a'`)).toEqual([
        { amount: 2_000, status: 'succeeded' },
      ])
      expect(await countOpen(owner, await findPerson(owner, USER))).toEqual({})
    }))

  test('gets no e-mail: open effects are skipped, and their dead letters closed; the staff still hear of a dispute', () =>
    withPersons(async (persons) => {
      const { pool, query } = persons
      await forgetIn(persons)
      expect(
        await query(
          `SELECT kind, status, error FROM outbox_messages WHERE effect_key LIKE '%\\_a%' AND kind ~ '^(payment.reminder|renewal|dispute)' ORDER BY kind`,
        ),
      ).toEqual([
        { kind: 'dispute.opened', status: 'pending', error: null },
        { kind: 'payment.reminder', status: 'skipped', error: 'forgotten' },
        { kind: 'renewal.upcoming', status: 'skipped', error: 'forgotten' },
      ])
      expect(
        await query(`SELECT type FROM webhook_dead_letters WHERE redriven_at IS NULL AND type = 'renewal.upcoming'`),
      ).toHaveLength(1)
      expect(await loadBilledPayment(pool, 'in_a')).toMatchObject({ email: null })
      expect(await loadBilledPayment(pool, 'in_b')).toMatchObject({ email: `${OTHER}@example.com` })
    }))

  test('is recorded as forgotten by numbers alone', () =>
    withPersons(async (persons) => {
      const { erased } = await forgetIn(persons)
      const [run] = await persons.query(
        'SELECT operator, finished_at IS NOT NULL AS done, keys, erased, problems FROM forget_runs',
      )
      expect(run).toEqual({ operator: 'tester', done: true, keys: null, erased, problems: [] })
      expect(erased).toMatchObject({
        customers: 1,
        invoices: 1,
        documents: 1,
        variants: 3,
        files: 4,
        webhook_dead_letters: 1,
      })
    }))

  test('a second time: nothing is left to erase', () =>
    withPersons(async (persons) => {
      await forgetIn(persons)
      expect(await forgetIn(persons)).toMatchObject({ isFinished: true, erased: {} })
    }))
})

const LATE: Fact[] = [
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

describe('events that come after', () => {
  test('book their money, and bring nothing of the person back: no name, link, role, picture, effect or body', () =>
    withPersons(async (persons) => {
      const { query, handleAll } = persons
      await forgetIn(persons)
      const effects = await query('SELECT count(*)::int FROM outbox_messages')
      await handleAll(LATE)

      expect(await findMark(query, MARK)).toEqual([])
      expect(await role(persons)).toEqual({ role: 'FREE', host_role: null, had_subscription: false })
      expect(await query('SELECT count(*)::int FROM outbox_messages')).toEqual(effects)
      expect(await query(`SELECT asset_key FROM variants WHERE asset_key LIKE 'job_a%'`)).toEqual([])
      expect(await query(`SELECT status FROM generation_jobs WHERE id = 'job_a'`)).toEqual([{ status: 'succeeded' }])
      const booked = `SELECT entry_key, amount::int FROM ledger_entries WHERE direction = 'debit' AND entry_key IN ('payment:in_new', 'refund:re_late')`
      expect(await query(`${booked} ORDER BY 1`)).toEqual([
        { entry_key: 'payment:in_new', amount: 3_000 },
        { entry_key: 'refund:re_late', amount: 100 },
      ])
      expect(await findingsOf(persons)).toEqual([])
      expect(
        await query(
          `SELECT event_id FROM webhook_events WHERE raw_body IS NOT NULL AND id > (SELECT max(id) - 7 FROM webhook_events)`,
        ),
      ).toEqual([])
    }))

  test('of a customer who was not known, and whom only the forgotten user is linked to', () =>
    withPersons(async (persons) => {
      const { query, handle } = persons
      await forgetIn(persons)
      const named = customer({
        customerId: 'cus_new',
        contact: { email: `${MARK}@example.com`, deleted: false },
        links: [{ userId: `user-${MARK}`, by: 'own' }],
      })
      await handle({ facts: [named] })
      await handle({
        facts: [
          customer({
            customerId: 'cus_new',
            contact: { email: `${MARK}@example.com`, deleted: false },
            occurredAt: at(9),
          }),
        ],
      })
      expect(await findMark(query, MARK)).toEqual([])
    }))

  test('of a guest', () =>
    withPersons(async (persons) => {
      const { query, handle } = persons
      await forgetIn(persons)
      const links = [{ userId: `user-${MARK}`, by: 'client_reference_id' as const }]
      const paid = reference('pi_guest_2', null, {
        session: {
          sessionId: 'cs_2',
          customerId: null,
          isPaid: true,
          createsInvoice: false,
          amountTotal: 700,
          amountTax: 0,
          currency: 'usd',
          links,
        },
        received: { amount: 700, currency: 'usd', customerId: null, email: `${MARK}@example.com` },
      })
      await handle({
        facts: [
          paid,
          {
            ...session(60, { contents: { customerEmail: `${MARK}@example.com`, paymentStatus: 'paid' } }),
            sessionId: 'cs_a',
          },
        ],
      })
      expect(await findMark(query, MARK)).toEqual([])
      expect(await query(`SELECT amount::int FROM payments WHERE payment_id = 'cs_2'`)).toEqual([{ amount: 700 }])
    }))

  test('of another person are as they would have been', () =>
    withPersons(async (persons) => {
      const { query, handleAll } = persons
      await forgetIn(persons)
      await handleAll([
        customer({
          customerId: 'cus_b',
          contact: { email: `new-${OTHER}@example.com`, deleted: false },
          occurredAt: at(70),
        }),
      ])
      expect(await query(`SELECT email, user_id FROM customers WHERE stripe_customer_id = 'cus_b'`)).toEqual([
        { email: `new-${OTHER}@example.com`, user_id: `user-${OTHER}` },
      ])
      expect(await query('SELECT count(*)::int FROM webhook_events WHERE raw_body IS NULL')).not.toEqual([{ count: 0 }])
      expect(await query(`SELECT raw_body IS NULL AS gone FROM webhook_events ORDER BY id DESC LIMIT 1`)).toEqual([
        { gone: false },
      ])
    }))

  test('a commit that has begun before is waited for', () =>
    withPersons(async (persons) => {
      const { owner, query } = persons
      const client = await owner.connect()
      let isOver = false
      try {
        await client.query('BEGIN')
        await client.query('SELECT max(id) FROM forgotten_keys') // as the first statement of a commit does
        const running = forgetIn(persons).finally(() => {
          isOver = true
        })
        await client.query(`INSERT INTO invoices (stripe_invoice_id, stripe_customer_id, status, amount_due, amount_paid, currency, customer_email)
          VALUES ('in_under_way', 'cus_a', 'paid', 1, 1, 'usd', '${MARK}@example.com')`)
        // Without the wait it would be over by then.
        await eventually(() => expect(isOver).toBe(true), 2_000).catch(() => {})
        expect(isOver).toBe(false)
        await client.query('COMMIT')
        await running
      } finally {
        client.release(true)
      }
      expect(await findMark(query, MARK)).toEqual([])
    }))
})

describe('a run that does not come to its end', () => {
  test('says what is left, and a second one does the rest, although links are erased already', () =>
    withPersons(async (persons) => {
      const { query } = persons
      const broken: ExternalStores = {
        removeFile: async (file) => {
          if (file.kind === 'stored' && file.key.startsWith('receipts/'))
            throw Object.assign(new Error('x'), { code: 's3_503' })
        },
        eraseQueues: async () => {
          throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' })
        },
      }
      expect(await forgetIn(persons, broken)).toMatchObject({
        isFinished: false,
        problems: [
          { what: 'file receipts/in_a.pdf', cause: 's3_503' },
          { what: 'queues', cause: 'ECONNREFUSED' },
        ],
      })
      const removed: string[] = []
      expect(await forgetIn(persons, storesOf(removed))).toMatchObject({ isFinished: true, problems: [] })
      expect(removed).toContain('receipts/in_a.pdf')
      expect(await findMark(query, MARK)).toEqual([])
      expect(await query('SELECT count(*)::int, max(keys::text) AS keys FROM forget_runs')).toEqual([
        { count: 1, keys: null },
      ])
    }))

  test('stopped after any number of steps, goes on', () =>
    withPersons(async (persons) => {
      const { owner, query } = persons
      let finished = false
      for (let stops = 1; !finished; stops += 3) {
        let steps = 0
        const isStopped = () => {
          steps += 1
          return steps > stops
        }
        finished = await forget(owner, USER, storesOf(), { ...BY, isStopped }).then(
          () => true,
          (error: { code?: string }) => {
            expect(error.code).toBe('stopped')
            return false
          },
        )
      }
      expect(await findMark(query, MARK)).toEqual([])
    }))
})

test('of a customer alone: the user stays, and is linked to the customer no more', () =>
  withPersons(async (persons) => {
    const { owner, query, handleAll } = persons
    await forget(owner, { customer: 'cus_a', account: null }, storesOf(), BY)
    await handleAll(LATE.slice(0, 4))
    const found = await findMark(query, MARK)
    expect(
      found.filter((column) =>
        /^(customers|subscriptions|invoices|credit_notes|payment_methods|webhook_)/.test(column),
      ),
    ).toEqual([])
    expect(await role(persons)).toMatchObject({ role: 'FREE' })
    expect(await query(`SELECT text FROM generation_jobs WHERE id = 'job_a'`)).toEqual([{ text: MARK }])
  }))

test('a subscription that belongs to another user by its own metadata stays that user’s', () =>
  withPersons(async (persons) => {
    const { query, handleAll } = persons
    await query(`INSERT INTO users (id) VALUES ('carol')`)
    const carols = {
      ...subscription(1, 'active', { links: [{ userId: 'carol', by: 'own' }] }),
      customerId: 'cus_a',
      subscriptionId: 'sub_carol',
    }
    await handleAll([carols])
    await forgetIn(persons)
    await handleAll([{ ...carols, occurredAt: at(80) }])
    expect(await query(`SELECT user_id FROM subscriptions WHERE stripe_subscription_id = 'sub_carol'`)).toEqual([
      { user_id: 'carol' },
    ])
    expect(await query(`SELECT role FROM users WHERE id = 'carol'`)).toEqual([{ role: 'PREMIUM' }])
    expect(await findMark(query, MARK)).toEqual([])
  }))

test('the host’s own link gives no access back', () =>
  withPersons(async (persons) => {
    const { query, handleAll } = persons
    await query(`UPDATE users SET stripe_customer_id = 'cus_a' WHERE id = 'user-${MARK}'`)
    await forgetIn(persons)
    await handleAll(LATE)
    expect(await query(`SELECT user_id FROM customers WHERE stripe_customer_id = 'cus_a'`)).toEqual([{ user_id: null }])
    expect(await role(persons)).toMatchObject({ role: 'FREE' })
  }))

test('retention, redrive and replay of erased events go on', () =>
  withPersons(async (persons) => {
    const { owner, query, commit } = persons
    await forgetIn(persons)
    const [{ count } = { count: 0 }] = await query<{ count: number }>(
      "SELECT count(*)::int FROM webhook_events WHERE raw_body IS NOT NULL AND status <> 'failed'",
    )
    expect(await replay(owner, { since: new Date(0) })).toEqual({ replayed: count })
    await redrive(owner, {})
    const waiting = await query<{ id: string }>(`SELECT id::text FROM webhook_events WHERE status = 'received'`)
    await commit(waiting.map(({ id }) => id))
    await query(`UPDATE webhook_events SET processed_at = now() - '99 days'::interval WHERE status = 'processed'`)
    await applyRetention(owner, { eventDays: 30, bodyDays: 30 })
    expect(await findMark(query, MARK)).toEqual([])
  }))

test('a document or picture whose worker stores it meanwhile is not kept', () =>
  withPersons(async (persons) => {
    const { owner, pool, query } = persons
    const document = { kind: 'invoice' as const, number: '1', storageKey: 'x.pdf', webhookEventId: null }
    const [{ key } = { key: '' }] = await query<{ key: string }>(
      `SELECT asset_key AS key FROM variants WHERE asset_key LIKE 'job_a%'`,
    )
    await forget(owner, USER, storesOf(), BY)
    expect(await recordDocument(pool, { ...document, paymentId: 'in_a' })).toBe(false)
    expect(await recordDocument(pool, { ...document, paymentId: 'in_b' })).toBe(true)
    expect(await recordStored(pool, key, { storageKey: 'x.png', contentType: 'image/png', bytes: 1, sha256: '' })).toBe(
      false,
    )
    expect(await query(`SELECT payment_id FROM documents WHERE storage_key = 'x.pdf'`)).toEqual([
      { payment_id: 'in_b' },
    ])
  }))
