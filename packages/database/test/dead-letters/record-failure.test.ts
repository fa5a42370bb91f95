import { describe, expect, test } from '@jest/globals'
import { countDeadLetters, recordFailure } from '../../src/dead-letters/index.ts'
import { beginEventAlone, endEventAlone } from '../../src/inbox/index.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const CAUSE = { code: 'handler_threw', message: 'TypeError at invoice.ts:7' }
const NAMES = { provider: 'stripe', eventId: 'evt_0', type: 'invoice.paid' }

const rowOf = async ({ query }: TestWorker) =>
  (await query('SELECT status, attempts, crashes, error FROM webhook_events'))[0]

const openDeadLetters = ({ query }: TestWorker) =>
  query(
    `SELECT error, attempts, convert_from(raw_body, 'UTF8') AS body FROM webhook_dead_letters WHERE redriven_at IS NULL`,
  )

describe('a failure of an event', () => {
  test('uses an attempt, and the last one makes a dead letter with the body', () =>
    withWorker(async (worker) => {
      const id = await worker.append({})
      const failed = { id, ...NAMES, isDead: false }
      expect(await recordFailure(worker.pool, id, CAUSE, 2)).toEqual({ ...failed, attempts: 1 })
      const error = 'handler_threw: TypeError at invoice.ts:7'
      expect(await rowOf(worker)).toEqual({ status: 'received', attempts: 1, crashes: 0, error })

      expect(await recordFailure(worker.pool, id, CAUSE, 2)).toEqual({ ...failed, isDead: true, attempts: 2 })
      expect(await rowOf(worker)).toMatchObject({ status: 'failed', attempts: 2 })
      expect(await openDeadLetters(worker)).toEqual([{ error, attempts: 2, body: '{}' }])
      const counted = { provider: 'stripe', type: 'invoice.paid', cause: 'handler_threw', count: 1 }
      expect(await countDeadLetters(worker.pool)).toEqual([counted])
    }))

  test('is the first of all attempts again after a retry, and closes the dead letter until the last one', () =>
    withWorker(async (worker) => {
      const id = await worker.append({})
      await recordFailure(worker.pool, id, CAUSE, 0)
      expect(await recordFailure(worker.pool, id, CAUSE, 2)).toMatchObject({ isDead: false, attempts: 1 })
      expect(await openDeadLetters(worker)).toEqual([])
      expect(await recordFailure(worker.pool, id, CAUSE, 2)).toMatchObject({ isDead: true, attempts: 2 })
      expect(await openDeadLetters(worker)).toHaveLength(1)
    }))

  test('changes nothing once the event is settled', () =>
    withWorker(async (worker) => {
      const id = await worker.append({})
      await worker.query(`UPDATE webhook_events SET status = 'processed', processed_at = now()`)
      expect(await recordFailure(worker.pool, id, CAUSE, 1)).toBeUndefined()
      expect(await rowOf(worker)).toMatchObject({ status: 'processed', error: null })
    }))
})

test('each failed attempt is a row, with its cause, its time and its trace', () =>
  withWorker(async (worker) => {
    const id = await worker.append({})
    await recordFailure(worker.pool, id, CAUSE, 2, { tookMs: 1500, traceId: 'abc' })
    await recordFailure(worker.pool, id, CAUSE, 2)
    await worker.query(`UPDATE webhook_events SET status = 'processed', processed_at = now()`)
    await recordFailure(worker.pool, id, CAUSE, 2)

    const [{ fingerprint }] = (await worker.query('SELECT fingerprint FROM webhook_dead_letters')) as [
      { fingerprint: string },
    ]
    const attempt = { event_row: id, provider: 'stripe', type: 'invoice.paid', ...CAUSE, fingerprint }
    expect(
      await worker.query(`SELECT event_row::text, provider, type, n, is_last, code, message, fingerprint, trace_id,
          extract(epoch FROM ended_at - started_at)::float8 AS seconds FROM webhook_attempts ORDER BY id`),
    ).toEqual([
      { ...attempt, n: 1, is_last: false, trace_id: 'abc', seconds: 1.5 },
      { ...attempt, n: 2, is_last: true, trace_id: null, seconds: 0 },
    ])
  }))

test('a run alone is counted until it ends, and only while the event is open', () =>
  withWorker(async (worker) => {
    const id = await worker.append({})
    expect(await beginEventAlone(worker.pool, id)).toBe(1)
    expect(await beginEventAlone(worker.pool, id)).toBe(2)
    await endEventAlone(worker.pool, id)
    expect(await rowOf(worker)).toMatchObject({ crashes: 0 })
    await worker.query(`UPDATE webhook_events SET status = 'processed', processed_at = now()`)
    expect(await beginEventAlone(worker.pool, id)).toBe(0)
  }))
