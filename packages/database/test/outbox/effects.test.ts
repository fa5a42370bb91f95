import { describe, expect, test } from '@jest/globals'
import { skip } from '@sluice/events'
import {
  beginEffectAlone,
  endEffectAlone,
  finishEffect,
  loadEffect,
  recordEffectFailure,
} from '../../src/outbox/index.ts'
import { beginNotification, finishNotification } from '../../src/records/index.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const CAUSE = { code: 'smtp_550', message: 'effect receipt failed' }

/** The id of an effect that an event has just caused. */
async function effectOf({ handle }: TestWorker): Promise<string> {
  const settled = await handle({ effects: [{ key: 'receipt:in_1', kind: 'receipt', payload: { paymentId: 'in_1' } }] })
  return settled?.outcome === 'processed' ? (settled.effects[0]?.id ?? '') : ''
}

const openDeadLetters = ({ query }: TestWorker) =>
  query('SELECT event_id, type, error, attempts FROM webhook_dead_letters WHERE redriven_at IS NULL')

describe('an effect', () => {
  test('is loaded as it was written', () =>
    withWorker(async (worker) => {
      const id = await effectOf(worker)
      expect(await loadEffect(worker.pool, id)).toEqual({
        id,
        effectKey: 'receipt:in_1',
        kind: 'receipt',
        payload: { paymentId: 'in_1' },
        status: 'pending',
        crashes: 0,
        availableAt: expect.any(Date),
        eventId: 'evt_0',
        eventOccurredAt: expect.any(Date),
        eventAccount: null,
        webhookEventId: expect.stringMatching(/^\d+$/),
      })
      expect(await loadEffect(worker.pool, '00000000-0000-4000-8000-000000000000')).toBeUndefined()
    }))

  test('is a dead letter after its last attempt, and none any more once a retry succeeds', () =>
    withWorker(async (worker) => {
      const { pool, query } = worker
      const id = await effectOf(worker)
      expect(await recordEffectFailure(pool, id, CAUSE, 2)).toEqual({ isDead: false, attempts: 1 })
      expect(await openDeadLetters(worker)).toEqual([])
      expect(await recordEffectFailure(pool, id, CAUSE, 2)).toEqual({ isDead: true, attempts: 2 })
      const error = 'smtp_550: effect receipt failed'
      const deadLetter = { event_id: 'evt_0', type: 'receipt', error, attempts: 2 }
      expect(await openDeadLetters(worker)).toEqual([deadLetter])

      await finishEffect(pool, id, null)
      expect(await openDeadLetters(worker)).toEqual([])
      const [row] = await query(
        'SELECT status, error, done_at IS NOT NULL AS "hasTime" FROM outbox_messages WHERE id = $1',
        [id],
      )
      expect(row).toEqual({ status: 'done', error: null, hasTime: true })
    }))

  test('that died has all its attempts again when it is retried, and stays one dead letter', () =>
    withWorker(async (worker) => {
      const id = await effectOf(worker)
      await recordEffectFailure(worker.pool, id, CAUSE, 1)
      expect(await recordEffectFailure(worker.pool, id, CAUSE, 2)).toEqual({ isDead: false, attempts: 1 })
      expect(await recordEffectFailure(worker.pool, id, { ...CAUSE, code: 'smtp_421' }, 2)).toMatchObject({
        isDead: true,
      })
      expect(await openDeadLetters(worker)).toMatchObject([{ error: 'smtp_421: effect receipt failed', attempts: 2 }])
    }))

  test.each([
    [null, { status: 'done', error: null, hasTime: true }],
    [skip('obsolete', 'it is paid'), { status: 'skipped', error: 'obsolete: it is paid', hasTime: true }],
  ])('that has ended neither fails, nor runs alone, nor ends again: %j', (skipped, row) =>
    withWorker(async (worker) => {
      const id = await effectOf(worker)
      const rows = () => worker.query('SELECT status, error, done_at IS NOT NULL AS "hasTime" FROM outbox_messages')
      await finishEffect(worker.pool, id, skipped)
      expect(await rows()).toEqual([row])
      expect(await recordEffectFailure(worker.pool, id, CAUSE, 1)).toEqual({ isDead: false, attempts: 0 })
      expect(await beginEffectAlone(worker.pool, id)).toBe(0)
      await finishEffect(worker.pool, id, skipped ? null : skip('too_old'))
      expect(await rows()).toEqual([row])
      expect((await loadEffect(worker.pool, id))?.status).toBe(row.status)
    }),
  )

  test('that a worker of the version before ends with a reason is skipped, and stays so when it fails there', () =>
    withWorker(async ({ pool, query, ...worker }) => {
      const id = await effectOf({ pool, query, ...worker })
      await pool.query(`UPDATE outbox_messages SET status = 'done', error = 'obsolete: it is paid' WHERE id = $1`, [id])
      const skipped = [{ status: 'skipped', attempts: 0, error: 'obsolete: it is paid' }]
      expect(await query('SELECT status, attempts, error FROM outbox_messages')).toEqual(skipped)
      await pool.query(
        `UPDATE outbox_messages SET status = 'pending', attempts = attempts + 1, error = 'effect_threw: ZodError'
          WHERE status <> 'done'`,
      )
      expect(await query('SELECT status, attempts, error FROM outbox_messages')).toEqual(skipped)
    }))

  test('that begins to run alone is counted until it ends', () =>
    withWorker(async (worker) => {
      const id = await effectOf(worker)
      expect(await beginEffectAlone(worker.pool, id)).toBe(1)
      expect(await beginEffectAlone(worker.pool, id)).toBe(2)
      await endEffectAlone(worker.pool, id)
      expect(await beginEffectAlone(worker.pool, id)).toBe(1)
    }))
})

test('a message is recorded as what became of it, and is sent once', () =>
  withWorker(async (worker) => {
    const { pool, query } = worker
    const id = await effectOf(worker)
    const begin = (recipient: string) =>
      beginNotification(pool, {
        effectKey: 'receipt:in_1',
        kind: 'receipt',
        recipient,
        subject: 'Your receipt',
        draft: {},
        attachments: [],
        webhookEventId: null,
      })
    const rows = () => query('SELECT recipient, status FROM notifications')

    expect(await begin('wrong@customer.example')).toBe(true)
    expect(await rows()).toEqual([{ recipient: 'wrong@customer.example', status: 'pending' }])
    await recordEffectFailure(pool, id, CAUSE, 2)
    expect(await rows()).toEqual([{ recipient: 'wrong@customer.example', status: 'pending' }])
    await recordEffectFailure(pool, id, CAUSE, 2)
    expect(await rows()).toEqual([{ recipient: 'wrong@customer.example', status: 'failed' }])

    expect(await begin('right@customer.example')).toBe(true)
    expect(await rows()).toEqual([{ recipient: 'right@customer.example', status: 'pending' }])
    await finishEffect(pool, id, skip('too_old'))
    expect(await rows()).toEqual([{ recipient: 'right@customer.example', status: 'skipped' }])

    await begin('right@customer.example')
    await finishNotification(pool, 'receipt:in_1')
    expect(await begin('other@customer.example')).toBe(false)
    expect(await rows()).toEqual([{ recipient: 'right@customer.example', status: 'sent' }])
  }))
