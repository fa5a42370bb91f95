import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { changeGroup, fingerprintOf, type GroupChange, recordFailure } from '../../src/dead-letters/index.ts'
import { listDeadLetterGroups } from '../../src/inspect/index.ts'
import { recordEffectFailure } from '../../src/outbox/index.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const CAUSE = { code: 'handler_threw', message: 'TypeError' }
const FINGERPRINT = fingerprintOf('invoice.paid', CAUSE)

const die = async ({ append, pool }: TestWorker) => recordFailure(pool, await append({}), CAUSE, 0)

const change = ({ pool }: TestWorker, others: Partial<GroupChange>) =>
  changeGroup(pool, {
    fingerprint: FINGERPRINT,
    state: 'resolved',
    handlerVersion: '1',
    by: 'ada',
    at: new Date(),
    ...others,
  })

const groups = ({ pool }: TestWorker, filter = {}) => listDeadLetterGroups(pool, filter, { limit: 10 })

const notices = ({ query }: TestWorker) =>
  query(`SELECT effect_key FROM outbox_messages WHERE kind = 'dead_letter.opened'`)

describe('a group of dead letters', () => {
  test('that is resolved is open again, as regressed, with the next dead letter', () =>
    withWorker(async (worker) => {
      await die(worker)
      expect(await groups(worker)).toMatchObject([{ state: 'open', count: 1, regressedAt: null, changedBy: null }])
      expect(await change(worker, { note: 'deployed the fix', owner: 'bo' })).toBe(true)
      expect(await groups(worker)).toMatchObject([
        { state: 'resolved', note: 'deployed the fix', owner: 'bo', changedBy: 'ada' },
      ])

      await die(worker)
      const [group] = await groups(worker)
      expect(group).toMatchObject({ state: 'open', count: 2, note: 'deployed the fix', regressedAt: expect.any(Date) })
      expect(group?.resolvedAt).toEqual(expect.any(Date))

      await change(worker, { owner: '' })
      expect(await groups(worker)).toMatchObject([{ state: 'resolved', note: 'deployed the fix', owner: null }])
      expect((await groups(worker))[0]?.regressedAt).toBeNull()
    }))

  test('of effects regresses too', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO payments (payment_id, stripe_customer_id, status, amount, currency, occurred_at)
        VALUES ('in_1', 'cus_1', 'succeeded', 2000, 'usd', now())`)
      await worker.handle({ effects: [{ key: 'receipt:in_1', kind: 'receipt', payload: { paymentId: 'in_1' } }] })
      const [effect] = await worker.query<{ id: string }>('SELECT id FROM outbox_messages')
      const cause = { code: 'smtp_550', message: 'effect receipt failed' }
      await recordEffectFailure(worker.pool, effect?.id ?? '', cause, 1)
      const fingerprint = fingerprintOf('receipt', cause)
      expect(await groups(worker)).toMatchObject([
        { fingerprint, of: 'effect', customers: 1, money: [{ currency: 'usd', amount: 2000 }] },
      ])
      await change(worker, { fingerprint })
      await recordEffectFailure(worker.pool, effect?.id ?? '', cause, 1)
      expect(await groups(worker)).toMatchObject([{ state: 'open', count: 1, regressedAt: expect.any(Date) }])
    }))

  test('that is ignored stays so until its time, and notifies nobody meanwhile', () =>
    withWorker(async (worker) => {
      await die(worker)
      await worker.query('DELETE FROM outbox_messages')
      await change(worker, { state: 'ignored', until: new Date(Date.now() + 3_600_000) })
      await die(worker)
      expect([await groups(worker), await notices(worker)]).toMatchObject([[{ state: 'ignored', count: 2 }], []])

      await worker.query(`UPDATE dead_letter_groups SET ignored_until = now() - interval '1 second'`)
      await die(worker)
      expect(await groups(worker)).toMatchObject([{ state: 'open', count: 3, regressedAt: null }])
      expect(await notices(worker)).toHaveLength(1)

      await change(worker, { state: 'ignored' })
      expect(await groups(worker)).toMatchObject([{ state: 'ignored', ignoredUntil: null }])
      await change(worker, { state: 'open' })
      expect(await groups(worker)).toMatchObject([{ state: 'open', ignoredUntil: null }])
    }))

  test('is found by its state, also when none of it is open any more, and an unknown one is not made', () =>
    withWorker(async (worker) => {
      await die(worker)
      await change(worker, {})
      await worker.query('UPDATE webhook_dead_letters SET redriven_at = now()')
      expect(await groups(worker, { state: 'resolved' })).toMatchObject([
        { count: 0, daily: Array(13).fill(0).concat(1) },
      ])
      expect(await groups(worker, { state: 'open' })).toEqual([])
      expect(await change(worker, { fingerprint: 'none' })).toBe(false)
      expect(await worker.query(`SELECT FROM dead_letter_groups WHERE fingerprint = 'none'`)).toEqual([])
    }))

  test('that is resolved while a dead letter is written has regressed, whichever is first', () =>
    withWorker(async (worker) => {
      const id = await worker.append({})
      await worker.query(`INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts, redriven_at)
        VALUES ('stripe', 'evt_old', 'invoice.paid', 'x', '${FINGERPRINT}', 1, now())`)
      const holder = await worker.owner.connect()
      try {
        await holder.query(
          `BEGIN; INSERT INTO dead_letter_groups (fingerprint, state) VALUES ('${FINGERPRINT}', 'resolved')`,
        )
        const dying = recordFailure(worker.pool, id, CAUSE, 0)
        await waiting(worker)
        await holder.query('COMMIT')
        await dying
      } finally {
        holder.release()
      }
      expect(await groups(worker)).toMatchObject([{ state: 'open', regressedAt: expect.any(Date) }])
    }))
})

const waiting = ({ query }: TestWorker) =>
  eventually(async () =>
    expect(
      await query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`),
    ).toHaveLength(1),
  )

test('a change that was asked for earlier, or is carried out again, is left', () =>
  withWorker(async (worker) => {
    await die(worker)
    const at = new Date()
    await change(worker, { at, note: 'the second' })
    await change(worker, { at: new Date(at.getTime() - 1), state: 'ignored', note: 'the first' })
    await die(worker)
    await change(worker, { at, note: 'again' })
    expect(await groups(worker)).toMatchObject([{ state: 'open', note: 'the second', regressedAt: expect.any(Date) }])
  }))

test('a dead letter has the customer and the money of its event, and one without has none', () =>
  withWorker(async (worker) => {
    const bodies = [
      '{"data":{"object":{"amount_paid":0,"amount_due":1500,"currency":"eur"}}}',
      '{"data":{"object":{"amount":"soon","currency":"eur"}}}',
      '{"data":{"object":{"id":"x"}}}',
      'no JSON',
    ]
    for (const body of bodies) {
      const id = await worker.append({})
      await worker.query(
        `UPDATE webhook_events SET raw_body = convert_to($1, 'UTF8'), customer_id = 'cus_1' WHERE id = $2`,
        [body, id],
      )
      await recordFailure(worker.pool, id, CAUSE, 0)
    }
    expect(
      await worker.query('SELECT customer_id, amount::int, currency FROM webhook_dead_letters ORDER BY id'),
    ).toEqual([
      { customer_id: 'cus_1', amount: 1500, currency: 'eur' },
      ...bodies.slice(1).map(() => ({ customer_id: 'cus_1', amount: null, currency: null })),
    ])
    expect(await groups(worker)).toMatchObject([{ customers: 1, money: [{ currency: 'eur', amount: 1500 }] }])
  }))
