import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { type EmailFilter, emailsQuery } from '../../src/inspect/emails.ts'
import { eventsQuery } from '../../src/inspect/events.ts'
import type { EventFilter } from '../../src/inspect/filter.ts'
import { type GenerationFilter, generationsQuery } from '../../src/inspect/generations.ts'
import { idsReceived } from '../../src/inspect/moment.ts'
import { connect } from '../../src/sql/pool.ts'

/** A million by hand: `PLAN_ROWS=1000000 pnpm jest packages/database/test/inspect/plans`. */
const ROWS = Number(process.env['PLAN_ROWS'] ?? 30_000)

/**
 * One event a second. The oldest thousandth holds all that is rare, so that a walk from the newest finds it last. Of every
 * 200 events one is ignored, except in the newest half.
 */
const FILL = `
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, status, received_at, processed_at)
  SELECT CASE WHEN n < ${ROWS / 1000} THEN 'replicate' ELSE 'stripe' END, 'evt_' || n,
    CASE WHEN n < ${ROWS / 1000} THEN 'prediction.rare' WHEN n < ${ROWS / 500} THEN 'rare.type'
      WHEN n % 3 = 0 THEN 'invoice.paid' WHEN n % 3 = 1 THEN 'invoice.created' ELSE 'customer.updated' END,
    CASE WHEN n < ${ROWS / 1000} THEN 'replicate:pred' || n ELSE 'stripe::cus_' || n % ${ROWS / 20} END,
    CASE WHEN n < ${ROWS / 500} THEN NULL ELSE 'cus_' || n % ${ROWS / 20} END,
    CASE WHEN n % 200 = 0 AND n < ${ROWS / 2} THEN 'ignored' WHEN n = 17 THEN 'failed' WHEN n = 18 THEN 'received' ELSE 'processed' END,
    '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 s', '2026-01-01T00:00:01Z'::timestamptz + n * interval '1 s'
  FROM generate_series(1, ${ROWS}) AS n;
  INSERT INTO users (id, stripe_customer_id) SELECT 'user_' || n, 'cus_' || n FROM generate_series(1, ${ROWS / 20}) AS n;
  INSERT INTO customers (stripe_customer_id, user_id) SELECT 'cus_' || n, 'user_' || n FROM generate_series(1, ${ROWS / 20}) AS n;
  INSERT INTO generation_jobs (id, user_id, prediction_id)
    SELECT 'job_' || n, 'user_' || n % 100, 'pred' || n FROM generate_series(1, ${ROWS / 20}) AS n;
  INSERT INTO notifications (effect_key, kind, recipient, subject, webhook_event_id)
    SELECT 'receipt:' || n, 'receipt', 'a@example.com', 'A receipt', n FROM generate_series(1, ${ROWS}) AS n`

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second))

/** Each filter alone, and those that people combine. */
const FILTERS: EventFilter[] = [
  {},
  { provider: 'replicate' },
  { provider: 'stripe' },
  { type: 'rare.type' },
  { type: 'rare.*' },
  { type: 'invoice.*' },
  { type: 'nothing.*' },
  { provider: 'stripe', type: 'prediction.*' },
  { status: 'failed' },
  { status: 'received' },
  { status: 'ignored' },
  { status: 'processed' },
  { status: 'failed', type: 'invoice.*' },
  { customer: 'cus_7' },
  { customer: 'cus_nobody' },
  { user: 'user_7' },
  { user: 'nobody' },
  { since: at(ROWS / 2), until: at(ROWS / 2 + 60) },
  { since: at(ROWS / 2), until: at(ROWS / 2 + 60), type: 'rare.*' },
  { since: at(ROWS * 2) },
  { until: at(-600) },
]

/** Newest first, so that a rare status would be found last. Those of a status are bounded: no index has it. */
const GENERATION_FILTERS: GenerationFilter[] = [
  {},
  { user: 'user_7' },
  { user: 'nobody' },
  { prediction: 'pred7' },
  { user: 'user_7', since: at(0) },
  { until: at(-600) },
]

const EMAIL_FILTERS: EmailFilter[] = [
  {},
  { customer: 'cus_7' },
  { customer: 'nobody' },
  { customer: 'cus_7', kind: 'invoice' },
]

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Plan[]
}

/** Rows of a table that a plan has read. @param table default: the inbox */
const rowsRead = (plan: Plan, table = 'webhook_events'): number =>
  (plan['Relation Name'] === table
    ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0)) *
      plan['Actual Loops']
    : 0) + (plan.Plans ?? []).reduce((sum, inner) => sum + rowsRead(inner, table), 0)

async function examined(pool: Pool, filter: EventFilter): Promise<number> {
  const range = await idsReceived(pool, filter.since, filter.until)
  const { text, values } = eventsQuery(filter, range, { limit: 50 })
  const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values)
  return rowsRead(rows[0]['QUERY PLAN'][0].Plan)
}

/** A page of 50 is read twice where candidates are looked for first, once for each kind; a range of time has 11 minutes. */
const EXAMINED_MAX = 1_500

test(`each filter of the list finds its page among ${ROWS} events without reading many more`, () =>
  withPostgres(async ({ url }) => {
    const pool = connect(url, { deadlineMs: 600_000 })
    try {
      await pool.query(FILL)
      for (const table of ['webhook_events', 'customers', 'users', 'generation_jobs', 'notifications'])
        await pool.query(`ANALYZE ${table}`)
      for (const filter of FILTERS) {
        const started = performance.now()
        const count = await examined(pool, filter)
        if (process.env['PLAN_ROWS'])
          console.log(`${JSON.stringify(filter)}: ${count} rows, ${Math.round(performance.now() - started)} ms`)
        expect([filter, count <= EXAMINED_MAX || count]).toEqual([filter, true])
      }
      expect(await examined(pool, { q: 'evt_17' })).toBeLessThan(20_100)
      for (const filter of EMAIL_FILTERS) {
        const { text, values } = emailsQuery(filter, { limit: 50 })
        const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values)
        const count = rowsRead(rows[0]['QUERY PLAN'][0].Plan, 'notifications')
        expect([filter, count <= 102 || count]).toEqual([filter, true])
      }
      for (const filter of GENERATION_FILTERS) {
        const { text, values } = generationsQuery(filter, { limit: 50 })
        const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values)
        const count = rowsRead(rows[0]['QUERY PLAN'][0].Plan, 'generation_jobs')
        expect([filter, count <= 51 || count]).toEqual([filter, true])
      }
    } finally {
      await pool.end()
    }
  }))

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
