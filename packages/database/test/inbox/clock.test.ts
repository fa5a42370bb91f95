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

test('retention deletes repeats and refusals after two weeks, attempts after a month, and counted minutes after a year', () =>
  withWorker(async ({ pool, query }) => {
    const days = (...list: number[]) => `unnest(ARRAY[${list}]) AS days`
    await pool.query(`
      INSERT INTO webhook_deliveries (provider, outcome, received_at)
        SELECT days, 'refused', now() - days * interval '1 day' FROM ${days(13, 15)};
      INSERT INTO webhook_attempts (provider, type, n, is_last, code, message, fingerprint, started_at, ended_at)
        SELECT days, 't', 1, false, 'c', 'm', 'f', now(), now() - days * interval '1 day' FROM ${days(29, 31)};
      INSERT INTO event_counts (minute, provider, type, outcome, n, sum_ms)
        SELECT now() - days * interval '1 day', days, 't', 'processed', 1, 1 FROM ${days(399, 401)};
      INSERT INTO delivery_counts (minute, provider, outcome, reason, n)
        SELECT now() - days * interval '1 day', days, 'accepted', '', 1 FROM ${days(399, 401)};
      INSERT INTO effect_counts (minute, kind, outcome, n)
        SELECT now() - days * interval '1 day', days, 'done', 1 FROM ${days(399, 401)}`)
    await applyRetention(pool, { eventDays: 30, bodyDays: 30 })
    const left =
      await query(`SELECT provider AS days FROM webhook_deliveries UNION ALL SELECT provider FROM webhook_attempts
      UNION ALL SELECT provider FROM event_counts UNION ALL SELECT provider FROM delivery_counts
      UNION ALL SELECT kind FROM effect_counts`)
    expect(left.map(({ days: kept }) => kept)).toEqual(['13', '29', '399', '399', '399'])
  }))
