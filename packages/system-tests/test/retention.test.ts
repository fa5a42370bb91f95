import { expect, test } from '@jest/globals'
import { applyRetention } from '@sluice/database/inbox'
import { connect } from '@sluice/database/pool'
import { seedStream } from '@sluice/simulator'
import { withStack } from '@sluice/testing'
import { addHostRows, allDone, sendAll } from './support/stack.ts'

/** Guarantees that what is kept is kept as long as promised, and no longer. */
test('with EVENT_BODY_RETENTION_DAYS=0 a body is erased as soon as its event is processed', () =>
  withStack({ env: { EVENT_BODY_RETENTION_DAYS: '0' } }, async (stack) => {
    const stream = seedStream({ events: 30, seed: 'erased' })
    await addHostRows(stack, stream)
    await sendAll(stack, stream.events)

    expect(await allDone(stack, 30)).toEqual({ processed: 30 })
    expect(await stack.query('SELECT id FROM webhook_events WHERE raw_body IS NOT NULL')).toEqual([])
  }))

test('old finished events are deleted; young and waiting ones stay, and dead letters keep their bodies for a month', () =>
  withStack({ workers: 0 }, async (stack) => {
    await stack.query(
      `INSERT INTO webhook_events (provider, event_id, type, ordering_key, status, processed_at, raw_body)
        SELECT 'stripe', 'evt_' || status || '_' || days, 't', 'k', status,
          CASE status WHEN 'received' THEN NULL ELSE now() - days * interval '1 day' END, '\\x7b7d'
        FROM unnest(ARRAY['received', 'processed', 'ignored', 'failed']) AS status, unnest(ARRAY[1, 10, 40]) AS days`,
    )
    await stack.query(
      `INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts, failed_at)
        SELECT 'stripe', event_id, 't', 'x', 'y', 8, processed_at FROM webhook_events WHERE status = 'failed'`,
    )
    const pool = connect(stack.postgres.roleUrl('sluice_worker'))
    try {
      expect(await applyRetention(pool, { eventDays: 30, bodyDays: 5 })).toBe(2)
    } finally {
      await pool.end()
    }

    const left = await stack.query<{ id: string; body: boolean }>(
      'SELECT event_id AS id, raw_body IS NOT NULL AS body FROM webhook_events ORDER BY 1',
    )
    expect(left.filter(({ body }) => !body).map(({ id }) => id)).toEqual([
      'evt_failed_40',
      'evt_ignored_10',
      'evt_processed_10',
    ])
    expect(left.map(({ id }) => id)).not.toContain('evt_processed_40')
    expect(left).toHaveLength(10)
  }))
