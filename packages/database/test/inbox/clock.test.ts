import { afterEach, expect, jest, test } from '@jest/globals'
import { applyRetention } from '../../src/inbox/index.ts'
import { replay } from '../../src/replay/index.ts'
import { withWorker } from '../with-worker.ts'

const DAY_MS = 86_400_000

afterEach(() => {
  jest.useRealTimers()
})

/** Moves the clock of this process; timers, the network and Postgres go on as they are. */
const setClock = (days: number) =>
  jest.useFakeTimers({
    now: Date.now() + days * DAY_MS,
    doNotFake: ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setInterval', 'setTimeout'],
    advanceTimers: false,
  })

test('retention deletes nothing young on a machine whose clock is a year ahead', () =>
  withWorker(async ({ pool, query, handle }) => {
    await handle({})
    setClock(365)
    expect(await applyRetention(pool, { eventDays: 30, bodyDays: 30 })).toBe(0)
    expect(await query('SELECT status, raw_body IS NULL AS erased FROM webhook_events')).toEqual([
      { status: 'processed', erased: false },
    ])
  }))

test('a replay since a time finds its events on a machine whose clock is a day behind', () =>
  withWorker(async ({ pool, handle, decide }) => {
    await handle({})
    setClock(-1)
    expect(await replay(pool, { since: new Date(0) }, { decide })).toEqual({ replayed: 1 })
  }))

test('retention deletes old effects that were done or skipped, and keeps those that failed or wait', () =>
  withWorker(async ({ pool, query }) => {
    await pool.query(`INSERT INTO outbox_messages (effect_key, kind, payload, status, done_at)
      SELECT status, 'receipt', '{}', status, now() - '31 days'::interval
      FROM unnest(ARRAY['pending', 'done', 'skipped', 'failed']) AS status`)
    await applyRetention(pool, { eventDays: 30, bodyDays: 30 })
    expect(await query('SELECT effect_key FROM outbox_messages ORDER BY 1')).toEqual([
      { effect_key: 'failed' },
      { effect_key: 'pending' },
    ])
  }))
