import { expect, test } from '@jest/globals'
import type { Effect } from '@sluice/events'
import { bookUnclaimedPayments } from '../../src/commit/index.ts'
import { createInbox } from '../../src/inbox/append.ts'
import { customer, payment, reference } from '../facts.ts'
import { received } from '../received.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const RECEIPT: Effect = { key: 'receipt:in_1', kind: 'receipt', payload: { paymentId: 'in_1' } }
const CACHE: Effect = { key: 'features:user_1:evt_0', kind: 'features.invalidate', payload: { userId: 'user_1' } }
const COPY: Effect = { key: 'asset:job_1:1', kind: 'asset.copy', payload: { assetKey: 'job_1/1' } }
const STAFF: Effect = { key: 'dispute:dp_1', kind: 'dispute.opened', payload: { disputeId: 'dp_1' } }
const PAST = { status: 'skipped', error: 'past: recorded without messages' }

const outbox = ({ query }: TestWorker) =>
  query('SELECT effect_key AS key, status, error FROM outbox_messages ORDER BY effect_key COLLATE "C"')

const LIVE = [{ key: RECEIPT.key, status: 'pending', error: null }]
const SKIPPED = [{ key: RECEIPT.key, ...PAST }]

test('a silent event writes state and ledger, and skips all that somebody would notice', () =>
  withWorker(async (worker) => {
    const facts = [customer({ customerId: 'cus_1' }), payment({ paymentId: 'in_1', stripeCustomerId: 'cus_1' })]
    const settled = await worker.handle({ facts, effects: [RECEIPT, CACHE, COPY, STAFF], silent: true })
    expect(settled).toMatchObject({ outcome: 'processed' })
    expect(settled).toHaveProperty('effects.length', 2)
    expect(await outbox(worker)).toEqual([
      { key: COPY.key, status: 'pending', error: null },
      { key: STAFF.key, ...PAST },
      { key: CACHE.key, status: 'pending', error: null },
      ...SKIPPED,
    ])
    expect(await worker.query('SELECT payment_id FROM payments')).toEqual([{ payment_id: 'in_1' }])
    expect(await worker.query('SELECT DISTINCT entry_key FROM ledger_entries')).toEqual([{ entry_key: 'payment:in_1' }])
    const [row] = await worker.query(
      `SELECT done_at IS NOT NULL AS "isEnded" FROM outbox_messages WHERE status = 'skipped'`,
    )
    expect(row).toEqual({ isEnded: true })
  }))

test('a later event about the same thing repeats the past, and one about a new thing does not', () =>
  withWorker(async (worker) => {
    await worker.handle({ effects: [RECEIPT], silent: true })
    await worker.handle({ effects: [RECEIPT] })
    expect(await outbox(worker)).toEqual(SKIPPED)
    const next: Effect = { ...RECEIPT, key: 'receipt:in_2' }
    expect(await worker.handle({ effects: [next] })).toHaveProperty('effects.length', 1)
  }))

test('an event that is not silent causes its effect before and beside a silent one', () =>
  withWorker(async (worker) => {
    await worker.handle({ effects: [RECEIPT] })
    await worker.handle({ effects: [RECEIPT], silent: true })
    expect(await outbox(worker)).toEqual(LIVE)
  }))

test.each([
  ['first', [true, false]],
  ['last', [false, true]],
])('of one batch, the event that is not silent counts (the silent one is %s)', (_, [first, last]) =>
  withWorker(async (worker) => {
    const one = await worker.append({ effects: [RECEIPT], ...(first && { silent: true }) })
    const other = await worker.append({ effects: [RECEIPT], ...(last && { silent: true }) })
    const settled = await worker.commit([one, other])
    expect(settled.get(first ? other : one)).toHaveProperty('effects.length', 1)
    expect(await outbox(worker)).toEqual(LIVE)
  }),
)

test('an event keeps what its row says, whichever way it comes again', () =>
  withWorker(async ({ pool, query }) => {
    const inboxes = { live: createInbox(pool), silent: createInbox(pool, { silent: true }) }
    await inboxes.silent.append(received('evt_1'))
    await inboxes.live.append(received('evt_2'))
    expect(await inboxes.live.append(received('evt_1'))).toMatchObject({ duplicate: true })
    expect(await inboxes.silent.append(received('evt_2'))).toMatchObject({ duplicate: true })
    expect(await query('SELECT event_id, silent FROM webhook_events ORDER BY id')).toEqual([
      { event_id: 'evt_1', silent: true },
      { event_id: 'evt_2', silent: false },
    ])
  }))

test.each([
  ['skipped', [true, false]],
  ['sent', [false, true]],
])('the receipt of an intent that no event claims is %s as its first event says', (ending, [first, second]) =>
  withWorker(async (worker) => {
    const received = { amount: 1_000, currency: 'usd', customerId: 'cus_1' }
    const facts = [reference('pi_1', null, { received, succeeded: true })]
    await worker.handle({ facts, ...(first && { silent: true }) })
    await worker.handle({ facts, ...(second && { silent: true }) })
    await bookUnclaimedPayments(worker.pool, 0, { pastDueIsActive: true })
    expect(await worker.query('SELECT payment_id FROM payments')).toEqual([{ payment_id: 'pi_1' }])
    const [receipt] = await outbox(worker)
    expect(receipt).toMatchObject(ending === 'skipped' ? PAST : { status: 'pending' })
  }),
)
