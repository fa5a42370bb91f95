import { describe, expect, test } from '@jest/globals'
import { ignoreThinEvent, processThinEvent } from '../../src/reconcile/index.ts'
import { received } from '../received.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

describe('a thin event', () => {
  const state = ({ query }: TestWorker) => query('SELECT event_id, status, error FROM webhook_events ORDER BY id')
  const SNAPSHOT = received('evt_snapshot')

  test('is processed with its snapshot event, which is appended once', () =>
    withWorker(async (worker) => {
      const thin = await worker.append({})
      const id = await processThinEvent(worker.pool, thin, SNAPSHOT)
      expect(id).toEqual(expect.any(String))
      expect(await processThinEvent(worker.pool, thin, SNAPSHOT)).toEqual(id)
      expect(await state(worker)).toEqual([
        { event_id: 'evt_0', status: 'processed', error: null },
        { event_id: 'evt_snapshot', status: 'received', error: null },
      ])
    }))

  test('gets the row of a snapshot event that was received before', () =>
    withWorker(async (worker) => {
      const snapshot = await worker.append({})
      const thin = await worker.append({})
      expect(await processThinEvent(worker.pool, thin, received('evt_0'))).toBe(snapshot)
    }))

  test('is ignored for a reason', () =>
    withWorker(async (worker) => {
      const thin = await worker.append({})
      await ignoreThinEvent(worker.pool, thin, 'the object is gone')
      expect(await state(worker)).toEqual([{ event_id: 'evt_0', status: 'ignored', error: 'the object is gone' }])
    }))

  test('closes its dead letter when it is processed at last', () =>
    withWorker(async (worker) => {
      const thin = await worker.append({})
      await worker.query(`UPDATE webhook_events SET status = 'failed'`)
      await worker.query(
        `INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
          VALUES ('stripe', 'evt_0', 'v1.invoice.paid', 'broken', 'f', 8)`,
      )
      await processThinEvent(worker.pool, thin, SNAPSHOT)
      expect(await worker.query('SELECT FROM webhook_dead_letters WHERE redriven_at IS NULL')).toEqual([])
    }))

  test('stays received when the row of its snapshot event is refused', () =>
    withWorker(async (worker) => {
      const thin = await worker.append({})
      const bad = received('evt_bad', { livemode: 'neither' as unknown as boolean })
      await expect(processThinEvent(worker.pool, thin, bad)).rejects.toThrow()
      expect(await state(worker)).toEqual([{ event_id: 'evt_0', status: 'received', error: null }])
    }))
})
