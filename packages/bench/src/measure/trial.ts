import { eventually } from '@sluice/testing'
import type { Answers } from '../load/answers.ts'
import type { Receiver } from '../peers/ingest/index.ts'
import { insertUsers } from '../setup/backlog.ts'
import { numberOf } from '../setup/stores.ts'
import { sums } from '../sums.ts'
import type { Run } from './run.ts'

export interface Trial extends Answers {
  /** Milliseconds from receipt to commit. */
  committed: { p50: number; p99: number }
}

/** Latest answer and latest commit at which a rate still holds. */
const WAIT_MS_MAX = 1_000
const SETTLED_WITHIN_MS = 120_000

export const holds = ({ refused, p99, committed }: Trial): boolean =>
  refused === 0 && p99 < WAIT_MS_MAX && committed.p99 < WAIT_MS_MAX

/** Sends at a fixed rate through ingest and worker, and waits until the last event is settled. */
export async function tryRate(run: Run, ours: Receiver, perSecond: number): Promise<Trial> {
  const { plan, stores, generator, numbers } = run
  const count = countOf(run, perSecond)
  const first = numbers(count)
  await insertUsers(stores, first, count)
  const newest = await numberOf(stores, 'SELECT coalesce(max(id), 0) FROM webhook_events')
  const answers = await generator.send({
    ports: [ours.server.port],
    first,
    count,
    perSecond,
    connections: plan.connections,
  })
  await eventually(async () => {
    const waiting = await numberOf(stores, "SELECT count(*) FROM webhook_events WHERE status = 'received'")
    if (waiting > 0) throw new Error(`${waiting} events are not settled after ${SETTLED_WITHIN_MS / 1000} s`)
  }, SETTLED_WITHIN_MS)
  return { ...answers, committed: await committedSince(run, newest) }
}

/** Sends at a fixed rate to a receiver without a worker. */
export async function tryReceiver(run: Run, { name, server, kept }: Receiver, perSecond: number): Promise<Answers> {
  const { plan, generator, numbers, check } = run
  const count = countOf(run, perSecond)
  const { handled: before = 0 } = await kept()
  const order = { ports: [server.port], first: numbers(count), count, perSecond, connections: plan.connections }
  const answers = await generator.send(order)
  const { handled = 0 } = await kept()
  const expected = { accepted: answers.sent, handled: answers.accepted }
  check(sums(`at a fixed rate, ${name}`, expected, { accepted: answers.accepted, handled: handled - before }))
  return answers
}

const countOf = ({ plan }: Run, perSecond: number): number => Math.max(1, Math.round(perSecond * plan.seconds))

/** From Postgres' commit timestamps. */
async function committedSince({ stores }: Run, newest: number): Promise<Trial['committed']> {
  const { rows } = await stores.pool.query<{ p50: number; p99: number }>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY took) AS p99
      FROM (SELECT (1000 * extract(epoch FROM pg_xact_commit_timestamp(xmin) - received_at))::float8 AS took
        FROM webhook_events WHERE id > $1) AS settled`,
    [newest],
  )
  return { p50: rows[0]?.p50 ?? Number.NaN, p99: rows[0]?.p99 ?? Number.NaN }
}
