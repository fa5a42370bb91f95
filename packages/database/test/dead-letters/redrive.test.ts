import { describe, expect, test } from '@jest/globals'
import type { Effect } from '@sluice/events'
import { planRedrive, recordFailure, redrive } from '../../src/dead-letters/index.ts'
import { finishEffect, recordEffectFailure } from '../../src/outbox/index.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const BUG = { code: 'handler_threw', message: 'TypeError' }
const CRASH = { code: 'crashed', message: 'two isolated runs never ended' }
const EFFECT: Effect = { key: 'receipt:in_1', kind: 'receipt', payload: { paymentId: 'in_1' } }

/** Appends so many events, each a dead letter of this cause. Returns the ids of their rows. */
async function die(worker: TestWorker, count: number, cause = BUG): Promise<string[]> {
  const ids: string[] = []
  for (let dead = 0; dead < count; dead += 1) {
    const id = await worker.append({})
    await recordFailure(worker.pool, id, cause, 0)
    ids.push(id)
  }
  return ids
}

const statuses = async ({ query }: TestWorker) =>
  (await query<{ status: string }>('SELECT status FROM webhook_events ORDER BY id')).map(({ status }) => status)

const openLetters = async ({ query }: TestWorker) =>
  (await query('SELECT FROM webhook_dead_letters WHERE redriven_at IS NULL')).length

describe('a redrive', () => {
  test('redrives the dead letters of one cause and time, each once', () =>
    withWorker(async (worker) => {
      await die(worker, 2)
      await die(worker, 1, CRASH)
      await worker.query(`UPDATE webhook_dead_letters SET failed_at = '2020-01-01' WHERE event_id = 'evt_0'`)

      const [type] = (await planRedrive(worker.pool, {})).map((row) => row.type)
      expect(await planRedrive(worker.pool, {})).toEqual([
        { type, cause: 'handler_threw', count: 2 },
        { type, cause: 'crashed', count: 1 },
      ])
      expect(await planRedrive(worker.pool, { cause: 'handler' })).toEqual([])
      expect(await redrive(worker.pool, { cause: 'handler_threw', since: new Date('2020-01-02') })).toBe(1)
      expect(await statuses(worker)).toEqual(['failed', 'received', 'failed'])
      expect(await redrive(worker.pool, { until: new Date('2020-01-01') })).toBe(1)
      expect(await statuses(worker)).toEqual(['received', 'received', 'failed'])
      expect(await redrive(worker.pool, {})).toBe(1)
      expect(await redrive(worker.pool, {})).toBe(0)
    }))

  test('redrives effects as well as events', () =>
    withWorker(async (worker) => {
      await worker.handle({ effects: [EFFECT] })
      const [effect] = await worker.query<{ id: string }>('SELECT id FROM outbox_messages')
      await recordEffectFailure(worker.pool, effect?.id ?? '', BUG, 1)

      expect(await planRedrive(worker.pool, { type: 'receipt' })).toHaveLength(1)
      expect(await redrive(worker.pool, { type: 'receipt' })).toBe(1)
      expect(await worker.query(`SELECT status, attempts, error FROM outbox_messages WHERE kind = 'receipt'`)).toEqual([
        { status: 'pending', attempts: 0, error: null },
      ])
      await finishEffect(worker.pool, effect?.id ?? '', null)
      expect(await redrive(worker.pool, {})).toBe(0)
      expect(await worker.query(`SELECT status FROM outbox_messages WHERE kind = 'receipt'`)).toEqual([
        { status: 'done' },
      ])
    }))

  test('goes in steps, oldest first, and leaves the rest when it is stopped', () =>
    withWorker(async (worker) => {
      await die(worker, 5)
      const told: number[] = []
      const mayContinue = async (redriven: number) => told.push(redriven) < 2
      expect(await redrive(worker.pool, {}, { size: 2, mayContinue })).toBe(4)
      expect(told).toEqual([2, 4])
      expect(await statuses(worker)).toEqual(['received', 'received', 'received', 'received', 'failed'])
      expect(await redrive(worker.pool, {})).toBe(1)
    }))

  test('leaves a dead letter that fails again meanwhile to the next redrive', () =>
    withWorker(async (worker) => {
      const ids = await die(worker, 3)
      const mayContinue = async () => {
        for (const id of ids) await recordFailure(worker.pool, id, BUG, 0)
        return true
      }
      expect(await redrive(worker.pool, {}, { size: 1, mayContinue })).toBeLessThanOrEqual(3)
      expect(await openLetters(worker)).toBe(3)
    }))

  test('leaves out the rows that a worker is busy with', () =>
    withWorker(async (worker) => {
      const [, held] = await die(worker, 3)
      const client = await worker.pool.connect()
      try {
        await client.query('BEGIN')
        await client.query('SELECT FROM webhook_events WHERE id = $1 FOR UPDATE', [held])
        expect(await redrive(worker.pool, {})).toBe(2)
      } finally {
        await client.query('ROLLBACK')
        client.release()
      }
      expect(await statuses(worker)).toEqual(['received', 'failed', 'received'])
      expect(await redrive(worker.pool, {})).toBe(1)
    }))
})

test('an event that was retried without a redrive, failed once more and was processed at last is no dead letter', () =>
  withWorker(async (worker) => {
    const [id = ''] = await die(worker, 1)
    await recordFailure(worker.pool, id, BUG, 3)
    expect(await statuses(worker)).toEqual(['received'])
    expect(await openLetters(worker)).toBe(0)
    await worker.commit([id])
    expect(await statuses(worker)).toEqual(['processed'])
    expect(await openLetters(worker)).toBe(0)
  }))
