import { expect, test } from '@jest/globals'
import { reopenWithJob } from '../../src/inbox/index.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

/** So many predictions that the host knows nothing of, with this many events each. */
const ignore = ({ query }: TestWorker, predictions: number, events = 1) =>
  query(
    `INSERT INTO webhook_events (provider, event_id, type, ordering_key, status, error, processed_at, raw_body)
      SELECT 'replicate', p || '-' || e, 'prediction.succeeded', 'replicate:p' || lpad(p::text, 6, '0'), 'ignored',
        'no generation job for this prediction', now(), '{}'
      FROM generate_series(1, $1) p, generate_series(1, $2) e`,
    [predictions, events],
  )

const OPEN = `SELECT ordering_key, count(*)::int FROM webhook_events WHERE status = 'received' GROUP BY 1 ORDER BY 1`

test('events whose generation job appears late are opened again, a page at a time, from the first page after the last', () =>
  withWorker(async (worker) => {
    const { pool, query } = worker
    await ignore(worker, 2_500)
    await query(`INSERT INTO generation_jobs (id, prediction_id) VALUES ('a', 'p000001'), ('b', 'p002400')`)

    const second = await reopenWithJob(pool, '')
    expect(second).toBe('replicate:p001000')
    expect(await query(OPEN)).toEqual([{ ordering_key: 'replicate:p000001', count: 1 }])
    const third = await reopenWithJob(pool, second)
    expect(await reopenWithJob(pool, third)).toBe('')
    expect(await query(OPEN)).toHaveLength(2)
  }))

test('a prediction with more events than a page holds does not block those behind it', () =>
  withWorker(async (worker) => {
    const { pool, query } = worker
    await ignore(worker, 2, 1_200)
    await query(`INSERT INTO generation_jobs (id, prediction_id) VALUES ('b', 'p000002')`)
    const second = await reopenWithJob(pool, '')
    expect(second).toBe('replicate:p000001')
    await reopenWithJob(pool, second)
    expect(await query(OPEN)).toEqual([{ ordering_key: 'replicate:p000002', count: 1_200 }])
  }))
