import { claim } from '@sluice/database/committer'
import { createInbox } from '@sluice/database/inbox'
import { applyRetention, sweepEvents } from '@sluice/database/upkeep'
import type pg from 'pg'
import { keyOf, lightEvent, SAMPLE } from '../event.ts'
import { median } from '../statistics.ts'
import { sums } from '../sums.ts'
import { appendEvents, type Backlog } from '../world/backlog.ts'
import { buffersOf, type Explained, type PlanNode, scannedBy, withExplainer } from './explain.ts'
import { inWords } from './progress.ts'
import type { ScaleRun } from './run.ts'

/** A statement of the product's, on an inbox of so many processed rows. */
export interface InboxPlan {
  statement: string
  rows: number
  /** Medians of its runs; buffers are pages of 8 kB. */
  milliseconds: number
  buffers: number
  /** Of its last run. */
  plan: PlanNode
}

const APPENDED = 16
const CLAIMED = 128
const OLD = 100
/** That wait meanwhile, and are due to the sweeper. */
const DUE = 1_000

const STATEMENTS = [
  { statement: `append of ${APPENDED}`, is: /^INSERT INTO webhook_events/ },
  { statement: `claim of ${CLAIMED}`, is: /^SELECT \* FROM process_webhook_event/ },
  { statement: `sweeper’s look, ${inWords(DUE)} due`, is: /^UPDATE webhook_events e SET sweep_after/ },
  { statement: `retention, ${OLD} bodies`, is: /^UPDATE webhook_events SET raw_body = NULL WHERE id IN \(SELECT id / },
  { statement: `retention, ${OLD} rows`, is: /^DELETE FROM webhook_events/ },
]

/** How the product's own statements run on what is in the inbox now. No worker may be there. */
export async function explainInbox(run: ScaleRun, rows: number): Promise<InboxPlan[]> {
  const { plan, stores, numbers, check, say } = run
  say(`inbox of ${inWords(rows)}: plans`)
  await stores.pool.query('VACUUM (ANALYZE) webhook_events') // as autovacuum does
  const waiting = await appendEvents(stores, numbers(DUE), DUE, lightEvent())
  return withExplainer(stores.url, async (pool, told) => {
    for (let repeat = 0; repeat < plan.repeats; repeat += 1) {
      await ageOldest(run)
      await makeDue(run, waiting)
      await useInbox(pool, waiting, numbers(APPENDED))
    }
    const explained = told()
    const scans = explained.flatMap(({ plan }) => scannedBy(plan)).filter((table) => table === 'webhook_events')
    check(sums(`inbox of ${inWords(rows)}`, { 'sequential scans': 0 }, { 'sequential scans': scans.length }))
    return STATEMENTS.map(({ statement, is }) =>
      summary(
        statement,
        rows,
        explained.filter(({ sql }) => is.test(sql)),
      ),
    )
  })
}

/** As ingest, worker, sweeper and retention do. */
async function useInbox(pool: pg.Pool, waiting: Backlog, number: number): Promise<void> {
  const inbox = createInbox(pool)
  await Promise.all(Array.from({ length: APPENDED }, (_, index) => inbox.append(lightEventOf(number + index))))
  await claimAndLeave(
    pool,
    Array.from({ length: CLAIMED }, (_, index) => String(waiting.first + index)),
  )
  await sweepEvents(pool, async (due) => due.length)
  await applyRetention(pool, { eventDays: 90, bodyDays: 30 })
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

/** So many of them have been processed long ago. */
async function ageOldest({ stores }: ScaleRun): Promise<void> {
  await stores.pool.query(
    `UPDATE webhook_events SET processed_at = now() - '100 days'::interval WHERE id IN
      (SELECT id FROM webhook_events WHERE status = 'processed' ORDER BY id LIMIT ${OLD})`,
  )
}

async function makeDue({ stores }: ScaleRun, { first, count }: Backlog): Promise<void> {
  const text = 'UPDATE webhook_events SET sweep_after = now() WHERE id BETWEEN $1 AND $2'
  await stores.pool.query(text, [first, first + count - 1])
}

function summary(statement: string, rows: number, runs: Explained[]): InboxPlan {
  const last = runs.at(-1)
  if (!last) throw new Error(`No plan was told of: ${statement}`)
  return {
    ...{ statement, rows, plan: last.plan },
    milliseconds: median(runs.map((one) => one.milliseconds)),
    buffers: median(runs.map(buffersOf)),
  }
}
