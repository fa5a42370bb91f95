import { expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { applyRetention } from '../../src/inbox/index.ts'
import { checkLedger, type Finding } from '../../src/ledger/index.ts'
import { type ReplaySteps, replay } from '../../src/replay/index.ts'
import { at, customer, payment, prediction, reference, refund, subscription } from '../facts.ts'
import { type Contents, type TestWorker, withWorker } from '../with-worker.ts'

const ALL = { since: new Date(0) }

/** Processes the events of these rows again, as they are said now. */
async function revise(worker: TestWorker, ids: string[], steps?: ReplaySteps): Promise<void> {
  await replay(worker.owner, ALL, worker, steps)
  for (const { outcome } of (await worker.commit(ids)).values()) expect(outcome).toBe('processed')
}

/** The same in a batch each, in this order: another session has locked the others. */
async function reviseApart(worker: TestWorker, ids: string[]): Promise<void> {
  await replay(worker.owner, ALL, worker)
  for (const id of ids) {
    const other = await worker.owner.connect()
    try {
      await other.query('BEGIN')
      await other.query('SELECT FROM webhook_events WHERE id <> $1 FOR UPDATE', [id])
      expect((await worker.commit([id])).get(id)?.outcome).toBe('processed')
    } finally {
      await other.query('ROLLBACK').finally(() => other.release())
    }
  }
}

/** The keys of the ledger, with the payment of each. */
const entryKeys = async ({ query }: TestWorker): Promise<string[]> =>
  (
    await query<{ key: string }>(`SELECT DISTINCT entry_key || ' ' || payment_id AS key FROM ledger_entries ORDER BY 1`)
  ).map(({ key }) => key)

/** Appends events that say this, and commits each by itself. */
async function handleAll(worker: TestWorker, ...contents: Contents[]): Promise<string[]> {
  const ids: string[] = []
  for (const one of contents) {
    const id = await worker.append(one)
    expect((await worker.commit([id])).get(id)?.outcome).toBe('processed')
    ids.push(id)
  }
  return ids
}

async function findings({ pool }: TestWorker): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const page of checkLedger(pool)) found.push(...page.findings)
  return found
}

const balances = async ({ query }: TestWorker) =>
  query(
    `SELECT account, sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)::int AS sum FROM ledger_entries
      GROUP BY 1 HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0 ORDER BY 1`,
  )

test('eight payments that were booked times 100 are mended, and the ledger is corrected by entries of its own', () =>
  withWorker(async (worker) => {
    const paid = (number: number, amount: number): Fact =>
      payment({ amount, paymentId: `in_${number}`, stripeInvoiceId: `in_${number}`, occurredAt: at(number) })
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8]
    const ids = await handleAll(worker, ...numbers.map((number) => ({ facts: [paid(number, 1_900 * 100)] })))
    const before = await worker.query('SELECT * FROM ledger_entries ORDER BY id')

    for (const [index, number] of numbers.entries()) worker.say(`evt_${index}`, { facts: [paid(number, 1_900)] })
    await revise(worker, ids)
    expect(await worker.query('SELECT DISTINCT amount FROM payments')).toEqual([{ amount: '1900' }])
    expect(await balances(worker)).toEqual([
      { account: 'cash', sum: 8 * 1_900 },
      { account: 'revenue', sum: -8 * 1_900 },
    ])
    const after = await worker.query<{ entry_key: string }>('SELECT * FROM ledger_entries ORDER BY id')
    expect(after.slice(0, before.length)).toEqual(before)
    expect([...new Set(after.slice(before.length).map(({ entry_key }) => entry_key))].sort()).toEqual(
      numbers.map((number) => `correction:payment:in_${number}:1`),
    )
    expect(await findings(worker)).toEqual([])
  }))

test('rows of which no event speaks any more go, with their entries reversed; rows of the host stay', () =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'p1')`)
    const ids = await handleAll(
      worker,
      { facts: [customer({ contact: { email: 'a@example.com', deleted: false } }), payment({})] },
      { facts: [reference('pi_1', 'in_1'), refund(0, 'succeeded', { paymentIntentId: 'pi_1' })] },
      { facts: [prediction('succeeded', { output: 'text', completedAt: at(1) })] },
      { facts: [subscription(0, 'active')] },
    )
    for (const index of ids.keys()) worker.say(`evt_${index}`, {})
    await revise(worker, ids)

    for (const table of [
      'customers',
      'payments',
      'payment_references',
      'refunds',
      'subscriptions',
      'subscription_items',
    ])
      expect(await worker.query(`SELECT * FROM ${table}`)).toEqual([])
    expect(
      await worker.query('SELECT id, user_id, status, output, completed_at, registers FROM generation_jobs'),
    ).toEqual([{ id: 'job_1', user_id: 'user_1', status: 'starting', output: null, completed_at: null, registers: {} }])
    expect(await balances(worker)).toEqual([])
    expect(await findings(worker)).toEqual([])
    expect(await worker.query('SELECT DISTINCT touched, revision FROM webhook_events')).toEqual([
      { touched: [], revision: null },
    ])
  }))

test('other events about a row are kept, whoever is replayed', () =>
  withWorker(async (worker) => {
    const named = (email: string, second: number): Fact =>
      customer({ contact: { email, deleted: false }, occurredAt: at(second) })
    const [, second] = await handleAll(
      worker,
      { facts: [named('first@example.com', 1)] },
      { facts: [named('wrong', 9)] },
    )
    worker.say('evt_1', { facts: [named('earlier@example.com', 0)] })
    await replay(worker.owner, { ids: ['evt_1'] }, worker)
    await worker.commit([second as string])
    expect(await worker.query('SELECT email FROM customers')).toEqual([{ email: 'first@example.com' }])
  }))

test('a role that was given by mistake is taken back, and the host’s own role comes back', () =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id, role) VALUES ('right', 'FREE'), ('wrong', 'PREMIUM'), ('third', 'FREE')`)
    const named = (userId: string, status: string) => {
      const links = [{ userId, by: 'own' as const }]
      return { facts: [customer({ links, isSubscriber: true as const }), subscription(0, status, { links })] }
    }
    const ids = await handleAll(worker, named('third', 'active'))
    worker.say('evt_0', named('wrong', 'canceled'))
    await revise(worker, ids)
    worker.say('evt_0', named('right', 'active'))
    await revise(worker, ids)
    expect(await worker.query('SELECT id, role, host_role, had_subscription FROM users ORDER BY id')).toEqual([
      { id: 'right', role: 'PREMIUM', host_role: 'FREE', had_subscription: true },
      { id: 'third', role: 'FREE', host_role: null, had_subscription: false },
      { id: 'wrong', role: 'PREMIUM', host_role: null, had_subscription: false },
    ])
  }))

test('a row with an event that cannot be read any more is merged into, and nothing is withdrawn from it', () =>
  withWorker(async (worker) => {
    const paid = (amount: number, second: number): Fact => payment({ amount, occurredAt: at(second) })
    const ids = await handleAll(worker, { facts: [paid(900, 0)] }, { facts: [paid(1_000, 1)] })
    await worker.query(`UPDATE webhook_events SET raw_body = NULL WHERE event_id = 'evt_0'`)
    worker.say('evt_1', {})
    await replay(worker.owner, ALL, worker)
    await worker.commit(ids.slice(1))
    expect(await worker.query('SELECT amount FROM payments')).toEqual([{ amount: '900' }])
  }))

test('retention notes the rows of deleted events, from which nothing is withdrawn', () =>
  withWorker(async (worker) => {
    const ids = await handleAll(worker, { facts: [payment({})] }, { facts: [payment({ attemptCount: 3 })] })
    await worker.query(`UPDATE webhook_events SET processed_at = now() - interval '40 days' WHERE event_id = 'evt_0'`)
    await applyRetention(worker.pool, { eventDays: 30, bodyDays: 30 })
    expect(await worker.query('SELECT row_key FROM frozen_rows')).toEqual([{ row_key: 'payments/in_1' }])
    worker.say('evt_1', {})
    await revise(worker, ids.slice(1))
    expect(await worker.query('SELECT amount, attempt_count FROM payments')).toEqual([
      { amount: '1000', attempt_count: 3 },
    ])
  }))

test('effects that wait and that no event has any more are dropped; those that were done stay, and can be asked for again', () =>
  withWorker(async (worker) => {
    const receipt = (paymentId: string) => ({
      key: `receipt:${paymentId}`,
      kind: 'receipt' as const,
      payload: { paymentId },
    })
    const ids = await handleAll(worker, { facts: [payment({})], effects: [receipt('in_1'), receipt('in_2')] })
    await worker.query(`UPDATE outbox_messages SET status = 'done' WHERE effect_key = 'receipt:in_1'`)
    worker.say('evt_0', { facts: [payment({})], effects: [receipt('in_1'), receipt('in_3')] })
    const keys = async () =>
      (
        await worker.query<{ key: string }>(
          `SELECT effect_key || ' ' || status AS key FROM outbox_messages WHERE kind = 'receipt' ORDER BY 1`,
        )
      ).map(({ key }) => key)

    await revise(worker, ids)
    expect(await keys()).toEqual(['receipt:in_1 done', 'receipt:in_3 pending'])
    await revise(worker, ids, { resend: ['receipt'] })
    const now = await keys()
    expect(now.map((key) => key.replace(/^resend:\w+:/, 'resend:<replay>:'))).toEqual([
      'receipt:in_1 done',
      'receipt:in_3 pending',
      'resend:<replay>:receipt:in_1 pending',
    ])
  }))

test('nothing is booked for a row of which another event speaks than before, however the replay is cut', () =>
  withWorker(async (worker) => {
    const linked = { facts: [reference('ch_1', 'in_1')] }
    const ids = await handleAll(worker, { facts: [payment({}), refund(0, 'succeeded')] }, linked, {})
    const before = await entryKeys(worker)
    expect(before).toEqual(['payment:in_1 in_1', 'refund:re_1 in_1'])
    worker.say('evt_1', {})
    worker.say('evt_2', linked)
    await reviseApart(worker, [ids[1], ids[2], ids[0]] as string[])
    expect(await entryKeys(worker)).toEqual(before)
    expect(await findings(worker)).toEqual([])
  }))

test('an entry that several rows say together is corrected once, however the replay is cut', () =>
  withWorker(async (worker) => {
    const ids = await handleAll(
      worker,
      { facts: [payment({})] },
      { facts: [refund(0, 'succeeded', { amount: 50_000 })] },
      { facts: [reference('ch_1', 'in_wrong')] },
    )
    worker.say('evt_1', { facts: [refund(0, 'succeeded', { amount: 500 })] })
    worker.say('evt_2', { facts: [reference('ch_1', 'in_1')] })
    await reviseApart(worker, [ids[1], ids[2], ids[0]] as string[])
    expect(await entryKeys(worker)).toEqual([
      'correction:refund:re_1:1 in_wrong',
      'correction:refund:re_1:2 in_1',
      'payment:in_1 in_1',
      'refund:re_1 in_wrong',
    ])
    expect(await findings(worker)).toEqual([])
  }))

test('an effect that was not carried out because of a wrong row is judged again, and another one is not', () =>
  withWorker(async (worker) => {
    const about = (paymentId: string) => ({
      facts: [payment({ paymentId, stripeInvoiceId: paymentId })],
      effects: [{ key: `receipt:${paymentId}`, kind: 'receipt' as const, payload: { paymentId } }],
    })
    const wrong = { ...about('in_1'), facts: [payment({ status: 'failed' })] }
    const ids = await handleAll(worker, wrong, about('in_2'), about('in_3'), about('in_4'))
    const skipped = (paymentId: string, error: string) =>
      worker.query(`UPDATE outbox_messages SET status = 'skipped', error = $2 WHERE effect_key = $1`, [
        `receipt:${paymentId}`,
        error,
      ])
    await skipped('in_1', 'obsolete: the payment did not succeed')
    await skipped('in_2', 'obsolete: the payment did not succeed')
    await skipped('in_3', 'no e-mail address')
    await skipped('in_4', 'missing: the payment is not known')
    worker.say('evt_0', about('in_1'))
    worker.say('evt_2', {
      ...about('in_3'),
      facts: [payment({ paymentId: 'in_3', stripeInvoiceId: 'in_3', amount: 5 })],
    })
    worker.say('evt_3', {})
    await revise(worker, ids)
    expect(
      await worker.query(`SELECT effect_key, status, error FROM outbox_messages WHERE kind = 'receipt' ORDER BY 1`),
    ).toEqual([
      { effect_key: 'receipt:in_1', status: 'pending', error: null },
      { effect_key: 'receipt:in_2', status: 'skipped', error: 'obsolete: the payment did not succeed' },
      { effect_key: 'receipt:in_3', status: 'skipped', error: 'no e-mail address' },
    ])
  }))

test('an event that its handler refuses now keeps what it said, and fails alone', () =>
  withWorker(async (worker) => {
    const other = payment({ paymentId: 'in_2', stripeInvoiceId: 'in_2', amount: 500 })
    const ids = await handleAll(worker, { facts: [payment({})] }, { facts: [{ ...other, currency: 'eur' }] })
    worker.say('evt_0', { facts: [refund(0, 'succeeded', { amount: 1e20 })] })
    worker.say('evt_1', { facts: [other] })
    await replay(worker.owner, ALL, worker)
    const outcomes = await worker.commit(ids)
    expect(ids.map((id) => outcomes.get(id)?.outcome)).toEqual(['failed', 'processed'])
    expect(await worker.query('SELECT payment_id, currency FROM payments ORDER BY 1')).toEqual([
      { payment_id: 'in_1', currency: 'usd' },
      { payment_id: 'in_2', currency: 'usd' },
    ])
  }))

test('events that an older version processed find their rows by what they say now and by the rows that name them', () =>
  withWorker(async (worker) => {
    const ids = await handleAll(worker, { facts: [payment({ paymentId: 'in_wrong' })] })
    await worker.query('UPDATE webhook_events SET touched = NULL')
    worker.say('evt_0', { facts: [payment({})] })
    await worker.fillTouched()
    await revise(worker, ids)
    expect(await worker.query('SELECT payment_id FROM payments')).toEqual([{ payment_id: 'in_1' }])
    expect(await findings(worker)).toEqual([])
  }))
