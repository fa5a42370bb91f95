import { expect, test } from '@jest/globals'
import { makeAllEventsDue, sweepEvents, sweepRevisions } from '../../src/inbox/index.ts'
import { withWorker } from '../with-worker.ts'

/** Guarantees that everything gets a job again after the queue was lost, also in an inbox of many pages. */
test('every event that waits is due once the queue has lost its jobs, and no other', () =>
  withWorker(async ({ pool, query }) => {
    await query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key, status, sweep_after, processed_at)
      SELECT 'stripe', 'evt_' || n, 'x', 'x', CASE WHEN n % 7 = 0 THEN 'processed' ELSE 'received' END,
        now() + '10 min'::interval, CASE WHEN n % 7 = 0 THEN now() END FROM generate_series(1, 12000) AS n`)
    expect(await sweepEvents(pool, async (due) => due.length)).toEqual({ due: 0, revived: 0 })

    await makeAllEventsDue(pool)
    const due = await query(
      `SELECT status, sweep_after <= now() AS "isDue", count(*)::int AS count FROM webhook_events GROUP BY 1, 2 ORDER BY 1`,
    )
    expect(due).toEqual([
      { status: 'processed', isDue: false, count: 1714 },
      { status: 'received', isDue: true, count: 10286 },
    ])
    expect(await sweepEvents(pool, async (events) => events.length)).toEqual({ due: 1_000, revived: 1_000 })
  }))

/** Guarantees that a replay of everything leaves room for what arrives meanwhile. */
test('a few events of a replay have a job at a time, and no other event waits behind them', () =>
  withWorker(async ({ pool, query }) => {
    await query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key, revision, sweep_after)
      SELECT 'stripe', 'evt_' || n, 'x', 'x', 'replay', 'epoch'::timestamptz - '1 s'::interval FROM generate_series(1, 1500) AS n`)
    await query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key, sweep_after)
      VALUES ('stripe', 'evt_late', 'x', 'x', 'epoch')`)
    const revised: string[] = []
    const take = async (due: { eventId: string; isRevision: boolean }[]) => {
      revised.push(...due.flatMap(({ eventId, isRevision }) => (isRevision ? eventId : [])))
      return due.length
    }
    expect(await sweepEvents(pool, take)).toEqual({ due: 1, revived: 1 })
    expect(await sweepRevisions(pool, take)).toEqual({ due: 64, revived: 64 })
    expect(await sweepRevisions(pool, take)).toEqual({ due: 0, revived: 0 })

    const [done, failing] = [revised.slice(0, 10), revised.slice(10, 15)]
    await query(`UPDATE webhook_events SET status = 'processed', revision = NULL WHERE event_id = ANY ($1)`, [done])
    await query(`UPDATE webhook_events SET attempts = 1 WHERE event_id = ANY ($1)`, [failing])
    expect(await sweepRevisions(pool, take)).toEqual({ due: 15, revived: 15 })
    await makeAllEventsDue(pool)
    expect(await sweepRevisions(pool, take)).toEqual({ due: 64, revived: 64 })
  }))
