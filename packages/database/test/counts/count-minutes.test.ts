import { describe, expect, test } from '@jest/globals'
import { eventually, withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { countHorizon } from '../../src/counts/alone.ts'
import { countMinutes } from '../../src/counts/count-minutes.ts'
import { percentileOf } from '../../src/counts/latency.ts'
import { connect } from '../../src/sql/pool.ts'

interface Counting {
  /** As a worker. */
  pool: Pool
  owner: Pool
  /** Of the role of a worker. */
  workerUrl: string
}

const withCounting = (use: (counting: Counting) => Promise<void>): Promise<void> =>
  withPostgres(async ({ url, roleUrl }) => {
    const workerUrl = roleUrl('sluice_worker')
    const [pool, owner] = [connect(workerUrl), connect(url)]
    try {
      await use({ pool, owner, workerUrl })
    } finally {
      await Promise.all([pool.end(), owner.end()])
    }
  })

/** Each minute of the last `minutes`, without the two that may not be over: three processed events and an ignored one. */
const fill = ({ owner }: Counting, minutes: number) =>
  owner.query(`
    INSERT INTO webhook_events (provider, event_id, type, ordering_key, status, received_at, processed_at)
    SELECT 'stripe', 'evt_' || m || '_' || n, 'invoice.paid', 'k', CASE n WHEN 4 THEN 'ignored' ELSE 'processed' END,
      at - n * interval '20 ms', at
    FROM generate_series(2, ${minutes}) AS m, generate_series(1, 4) AS n,
      LATERAL (SELECT date_trunc('minute', now()) - m * interval '1 minute' + n * interval '10 s' AS at) AS moment`)

async function countAll(pool: Pool): Promise<number> {
  let total = 0
  for (let minutes = await countMinutes(pool); minutes > 0; minutes = await countMinutes(pool)) total += minutes
  return total
}

const counted = async ({ owner }: Counting) =>
  (await owner.query('SELECT outcome, sum(n)::int AS n FROM event_counts GROUP BY 1 ORDER BY 1')).rows

describe('counting', () => {
  test('catches up in bounded steps, counts each event once, and outlasts the rows', () =>
    withCounting(async (counting) => {
      await fill(counting, 61)
      expect(await countMinutes(counting.pool)).toBe(15)
      expect(await countAll(counting.pool)).toBeGreaterThanOrEqual(44)
      const all = [
        { outcome: 'ignored', n: 60 },
        { outcome: 'processed', n: 180 },
      ]
      expect(await counted(counting)).toEqual(all)
      await counting.owner.query('DELETE FROM webhook_events')
      expect(await countAll(counting.pool)).toBeLessThanOrEqual(1)
      expect(await counted(counting)).toEqual(all)

      const { rows } = await counting.owner.query(
        `SELECT n, sum_ms::int, histogram FROM event_counts WHERE outcome = 'processed' ORDER BY minute LIMIT 1`,
      )
      // 20, 40 and 60 ms
      expect(rows).toEqual([{ n: 3, sum_ms: 120, histogram: [0, 0, 0, 1, 1, 1, ...Array(14).fill(0)] }])
    }))

  test('of attempts, repeats, refusals and effects', () =>
    withCounting(async ({ owner, pool }) => {
      await owner.query(`
        INSERT INTO webhook_attempts (event_row, provider, type, n, is_last, code, message, fingerprint, started_at, ended_at)
          SELECT 1, 'stripe', 'invoice.paid', n, n = 2, 'c', 'm', 'f', now(), now() - interval '5 min' FROM generate_series(1, 2) AS n;
        INSERT INTO webhook_attempts (outbox_message_id, type, n, is_last, code, message, fingerprint, started_at, ended_at)
          VALUES (gen_random_uuid(), 'receipt', 1, true, 'c', 'm', 'f', now(), now() - interval '5 min');
        INSERT INTO outbox_messages (effect_key, kind, payload, status, done_at)
          VALUES ('receipt:1', 'receipt', '{}', 'done', now() - interval '5 min');
        INSERT INTO webhook_deliveries (provider, outcome, reason, count, received_at)
          VALUES ('stripe', 'refused', 'too_old', 40, now() - interval '5 min'), ('stripe', 'duplicate', NULL, 1, now() - interval '5 min')`)
      await countAll(pool)
      const rows = async (table: string, columns: string) =>
        (await owner.query(`SELECT ${columns}, n FROM ${table} ORDER BY 1, 2`)).rows
      expect(await rows('event_counts', 'type, outcome')).toEqual([
        { type: 'invoice.paid', outcome: 'failed', n: 1 },
        { type: 'invoice.paid', outcome: 'retried', n: 1 },
      ])
      expect(await rows('effect_counts', 'kind, outcome')).toEqual([
        { kind: 'receipt', outcome: 'done', n: 1 },
        { kind: 'receipt', outcome: 'failed', n: 1 },
      ])
      expect(await rows('delivery_counts', 'outcome, reason')).toEqual([
        { outcome: 'duplicate', reason: '', n: 1 },
        { outcome: 'refused', reason: 'too_old', n: 40 },
      ])
    }))

  test('counts each event once when a worker is killed in the middle, and when several count', () =>
    withCounting(async (counting) => {
      const { owner, pool } = counting
      await fill(counting, 40)
      const blocker = await owner.connect()
      await blocker.query('BEGIN; LOCK TABLE effect_counts IN EXCLUSIVE MODE')
      const victim = connect(counting.workerUrl)
      victim.on('error', () => {})
      const killed = countMinutes(victim).catch((error: unknown) => error)
      const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO effect_counts%'`
      const [found] = await eventually(async () => {
        const { rows } = await owner.query(waiting)
        expect(rows).toHaveLength(1)
        return rows
      })
      // Another worker does not wait for it.
      expect(await countMinutes(pool)).toBe(0)
      await owner.query('SELECT pg_terminate_backend($1)', [found.pid])
      expect(await killed).toBeInstanceOf(Error)
      await blocker.query('COMMIT')
      blocker.release()
      expect(await counted(counting)).toEqual([])

      await Promise.all([countAll(pool), countAll(pool), countAll(pool)])
      await countAll(pool)
      expect(await counted(counting)).toEqual([
        { outcome: 'ignored', n: 39 },
        { outcome: 'processed', n: 117 },
      ])
      await victim.end()
    }))

  test('waits for transactions that may still date a row earlier', () =>
    withCounting(async ({ owner, pool }) => {
      const late = await pool.connect()
      await late.query('BEGIN')
      const { rows } = await late.query('SELECT now() AS began')
      const horizon = await countHorizon(owner).then(() => countHorizon(pool))
      expect(horizon.getTime()).toBeLessThan(rows[0].began.getTime())
      expect(await countHorizon(pool)).toEqual(horizon)
      await late.query('COMMIT')
      late.release()
      expect((await countHorizon(pool)).getTime()).toBeGreaterThan(horizon.getTime())
    }))
})

test('percentiles are interpolated within a bucket', () => {
  expect(percentileOf([], 0.5)).toBeNull()
  expect(percentileOf([0, 0, 0], 0.5)).toBeNull()
  expect(percentileOf([10], 0.5)).toBe(2.5)
  expect(percentileOf([0, 10], 0.5)).toBe(7.5)
  expect(percentileOf([9, 0, 1], 0.99)).toBeCloseTo(19)
})
