import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import { idsReceived } from '../../src/inspect/moment.ts'
import { connect } from '../../src/sql/pool.ts'

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second))

test('the ids of a range of time are found by halving', () =>
  withPostgres(async ({ url }) => {
    const pool = connect(url)
    try {
      expect(await idsReceived(pool, at(0), at(1))).toEqual({ from: undefined, to: undefined })
      await pool.query(`INSERT INTO webhook_events (id, provider, event_id, type, ordering_key, received_at)
        SELECT n * 7, 'stripe', 'evt_' || n, 't', 'k', '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 h'
        FROM generate_series(1, 1000) AS n`)
      const id = async (time: Date) => (await idsReceived(pool, time, undefined)).from
      // Five minutes earlier, in case an event was committed late.
      for (const hour of [1, 2, 500, 999, 1000]) {
        const first = (await pool.query('SELECT min(id)::text AS id FROM webhook_events WHERE received_at >= $1', [
          new Date(at(hour * 3600).getTime() - 300_000),
        ])) as { rows: Array<{ id: string }> }
        const from = await id(at(hour * 3600))
        const { rows } = await pool.query('SELECT min(id)::text AS id FROM webhook_events WHERE id >= $1', [from])
        expect([hour, rows[0].id]).toEqual([hour, first.rows[0]?.id])
      }
      const { rows } = await pool.query('SELECT count(*)::int AS count FROM webhook_events WHERE id >= $1', [
        await id(at(3600 * 2000)),
      ])
      expect(rows[0].count).toBe(0)
    } finally {
      await pool.end()
    }
  }))
