import { createInbox } from '@sluice/database/append'
import { claim } from '@sluice/database/commit'
import { applyRetention, sweepEvents } from '@sluice/database/inbox'
import type pg from 'pg'
import { keyOf, lightEvent, SAMPLE } from '../event.ts'
import { appendEvents, type Backlog } from '../setup/backlog.ts'
import { median } from '../statistics.ts'
import { type Sum, sums } from '../sums.ts'
import { buffersOf, type Explained, scannedBy, withExplainer } from './explain.ts'
import type { ScaleRun } from './plan.ts'
import { inWords } from './progress.ts'

/** A statement of the product on an inbox of this many processed rows. */
export interface InboxPlan {
  statement: string
  rows: number
  /** Medians of its runs; buffers are pages of 8 kB. */
  milliseconds: number
  buffers: number
  /** Plans of its last run: nested statements first, its own last. */
  plans: Explained[]
}

/** Bodies are erased before rows are deleted, so that most old rows have no body. */
const RULES = { eventDays: 30, bodyDays: 7 }
const APPENDED = 16
const CLAIMED = 128
const OLD = 100
/** On smaller tables a sequential scan is the right plan. */
const ROWS_WORTH_AN_INDEX = 100_000
/** Waiting rows that are due to the sweeper. */
const DUE = 1_000

interface Statement {
  statement: string
  is: RegExp
  within?: RegExp
}

const STATEMENTS: Statement[] = [
  { statement: `append of ${APPENDED}`, is: /^INSERT INTO webhook_events/ },
  { statement: `claim of ${CLAIMED}`, is: /^WITH sized AS MATERIALIZED/, within: /= ANY \(ids\)/ },
  { statement: `sweeper’s look, ${inWords(DUE)} due`, is: /^UPDATE webhook_events e SET sweep_after/ },
  { statement: `retention, ${OLD} bodies`, is: /^UPDATE "webhook_events" SET "raw_body"/ },
  { statement: `retention, ${OLD} rows`, is: /^\s*WITH deleted AS/ },
]

/** Explains the product's own statements on the current inbox. No worker may run. */
export async function explainInbox(run: ScaleRun, rows: number): Promise<InboxPlan[]> {
  const { plan, stores, numbers, check, say } = run
  say(`inbox of ${inWords(rows)}: spread over a month`)
  await spreadOverTime(run)
  say(`inbox of ${inWords(rows)}: plans`)
  const waiting = await appendEvents(stores, numbers(DUE), DUE, lightEvent())
  return withExplainer(stores.url, async (pool, reported) => {
    for (let repeat = 0; repeat < plan.repeats; repeat += 1) {
      await makeOld(run)
      await makeDue(run, waiting)
      await useInbox(pool, waiting, numbers(APPENDED))
    }
    const explained = reported()
    if (rows >= ROWS_WORTH_AN_INDEX) check(noScans(rows, explained))
    return STATEMENTS.map((one) => summary(one, rows, explained))
  })
}

function noScans(rows: number, explained: Explained[]): Sum[] {
  const scans = explained.flatMap(({ plan }) => scannedBy(plan)).filter((table) => table === 'webhook_events')
  return sums(`inbox of ${inWords(rows)}`, { 'sequential scans': 0 }, { 'sequential scans': scans.length })
}

/** Does the work of ingest, worker, sweeper and retention. */
async function useInbox(pool: pg.Pool, waiting: Backlog, number: number): Promise<void> {
  const inbox = createInbox(pool)
  await Promise.all(Array.from({ length: APPENDED }, (_, index) => inbox.append(lightEventOf(number + index))))
  await claimAndLeave(
    pool,
    Array.from({ length: CLAIMED }, (_, index) => String(waiting.first + index)),
  )
  await sweepEvents(pool, async (due) => due.length)
  await applyRetention(pool, RULES)
}

async function claimAndLeave(pool: pg.Pool, ids: string[]): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await claim(client, ids)
    await client.query('ROLLBACK')
  } finally {
    client.release()
  }
}

function lightEventOf(number: number) {
  const event = lightEvent()
  return { ...event, eventId: event.eventId.replace(SAMPLE, keyOf(number)) }
}

/** Spreads the rows evenly over the retention time, as if retention had always run. */
async function spreadOverTime({ stores }: ScaleRun): Promise<void> {
  await stores.pool.query(
    `UPDATE webhook_events SET processed_at = now() - age,
        raw_body = CASE WHEN age < $2 * interval '1 day' THEN raw_body END
      FROM (SELECT id AS of, $1 * interval '1 day' * (percent_rank() OVER (ORDER BY id DESC)) AS age FROM webhook_events)
        AS aged WHERE id = of`,
    [RULES.eventDays - 1, RULES.bodyDays - 1],
  )
  await stores.pool.query('VACUUM (ANALYZE) webhook_events') // as autovacuum would
}

/** Makes the next rows and bodies due for retention. */
async function makeOld({ stores }: ScaleRun): Promise<void> {
  const text = `UPDATE webhook_events SET processed_at = now() - $1 * interval '1 day' WHERE id IN
    (SELECT id FROM webhook_events WHERE status = 'processed' AND (raw_body IS NOT NULL) = $2 ORDER BY id LIMIT ${OLD})`
  await stores.pool.query(text, [RULES.eventDays + 1, false])
  await stores.pool.query(text, [RULES.bodyDays + 1, true])
}

async function makeDue({ stores }: ScaleRun, { first, count }: Backlog): Promise<void> {
  const text = 'UPDATE webhook_events SET sweep_after = now() WHERE id BETWEEN $1 AND $2'
  await stores.pool.query(text, [first, first + count - 1])
}

function summary({ statement, is, within }: Statement, rows: number, explained: Explained[]): InboxPlan {
  const runs = explained.filter(({ sql }) => is.test(sql))
  if (runs.length === 0) throw new Error(`No plan was reported for: ${statement}`)
  const inner = within ? explained.filter(({ sql }) => within.test(sql)) : []
  return {
    ...{ statement, rows },
    milliseconds: median(runs.map((one) => one.milliseconds)),
    buffers: median(runs.map(buffersOf)),
    plans: [...inner.slice(inner.length - inner.length / runs.length), ...runs.slice(-1)],
  }
}
