import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma, prismaOf, type TransactionClient } from '../client.ts'
import { NOW } from '../inbox/due.ts'
import { parseRows } from '../sql/rows.ts'

export interface DeadLetterFilter {
  /** Event type, or kind of effect. */
  type?: string
  /** The word with which its error begins: `handler_threw`, `crashed`, `smtp_550`. */
  cause?: string
  fingerprint?: string
  /** Failed then or later. */
  since?: Date
  /** Failed then or earlier. */
  until?: Date
}

const PlannedRedrive = z.object({ type: z.string(), cause: z.string(), count: z.number() })

/** Open dead letters of one type and one cause. */
export type PlannedRedrive = z.infer<typeof PlannedRedrive>

export interface RedriveSteps {
  /** Dead letters that one transaction redrives at most. */
  size: number
  /** Called after each step with the sum until then; the next one begins when it resolves, and none when to false. */
  goOn(redriven: number): Promise<boolean>
}

const CAUSE = Prisma.sql`split_part(error, ':', 1)`

/** Open dead letters that a filter takes. */
const matching = ({ type, cause, fingerprint, since, until }: DeadLetterFilter) =>
  Prisma.join(
    [
      Prisma.sql`redriven_at IS NULL`,
      ...(type === undefined ? [] : [Prisma.sql`type = ${type}`]),
      ...(cause === undefined ? [] : [Prisma.sql`${CAUSE} = ${cause}`]),
      ...(fingerprint === undefined ? [] : [Prisma.sql`fingerprint = ${fingerprint}`]),
      ...(since === undefined ? [] : [Prisma.sql`failed_at >= ${since}`]),
      ...(until === undefined ? [] : [Prisma.sql`failed_at <= ${until}`]),
    ],
    ' AND ',
  )

/** Counts what a redrive would take, most first. Writes nothing. */
export async function planRedrive(pool: Pool, filter: DeadLetterFilter): Promise<PlannedRedrive[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT type, ${CAUSE} AS cause, count(*)::int AS count FROM webhook_dead_letters
    WHERE ${matching(filter)} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`
  return parseRows(PlannedRedrive, rows)
}

/**
 * Hands dead letters to the sweeper, which enqueues them again; effects stay once, by their keys. It writes Postgres
 * alone, so it works during an outage of the queue. Oldest first, a transaction a step: wherever it ends, a second run
 * takes the rest, and twice is the same as once. A dead letter that fails again meanwhile is left to another run, and so
 * is one that a worker is busy with, as after a retry on the board.
 *
 * @returns how many were redriven
 */
export async function redrive(
  pool: Pool,
  filter: DeadLetterFilter,
  { size, goOn }: RedriveSteps = { size: 100, goOn: async () => true },
): Promise<number> {
  const bounded = { ...filter, until: await noLaterThanNow(pool, filter.until) }
  for (let [after, redriven] = [0n, 0]; ; ) {
    const page = await prismaOf(pool).$transaction((tx) => redrivePage(tx, bounded, after, size))
    redriven += page.redriven
    if (page.last === undefined || !(await goOn(redriven))) return redriven
    after = page.last
  }
}

/** By the clock of the database, which is the one that `failed_at` is written by. */
async function noLaterThanNow(pool: Pool, until: Date | undefined): Promise<Date> {
  const rows = await prismaOf(pool).$queryRaw`SELECT now()::timestamptz(3) AS now`
  const [{ now } = { now: new Date() }] = parseRows(z.object({ now: z.date() }), rows)
  return until && until < now ? until : now
}

const Id = z.object({ id: z.bigint() })

async function redrivePage(tx: TransactionClient, filter: DeadLetterFilter, after: bigint, size: number) {
  const rows = await tx.$queryRaw`
    SELECT id FROM webhook_dead_letters WHERE ${matching(filter)} AND id > ${after} ORDER BY id LIMIT ${size}`
  const page = parseRows(Id, rows).map(({ id }) => id)
  const reopened = [...(await reopenEvents(tx, page)), ...(await reopenEffects(tx, page))]
  const { count } = await tx.webhookDeadLetter.updateMany({
    where: { id: { in: reopened }, redrivenAt: null },
    data: { redrivenAt: new Date() },
  })
  return { redriven: count, last: page.at(-1) }
}

/**
 * Locks the rows before their dead letters, as workers do. A row that waits already is not changed.
 *
 * @returns the dead letters of the rows that no worker is busy with
 */
async function reopenEvents(tx: TransactionClient, page: bigint[]): Promise<bigint[]> {
  const rows = await tx.$queryRaw`
    SELECT d.id FROM webhook_dead_letters d
    JOIN webhook_events e ON e.provider = d.provider AND e.event_id = d.event_id
    WHERE d.id = ANY (${page}) AND d.outbox_message_id IS NULL FOR NO KEY UPDATE OF e SKIP LOCKED`
  const free = parseRows(Id, rows).map(({ id }) => id)
  await tx.$executeRaw`
    UPDATE webhook_events e SET status = 'received', attempts = 0, crashes = 0, error = NULL, sweep_after = now(),
      raw_body = coalesce(e.raw_body, d.raw_body)
    FROM webhook_dead_letters d
    WHERE d.id = ANY (${free}) AND e.provider = d.provider AND e.event_id = d.event_id AND e.status = 'failed'`
  return free
}

const LockedEffect = Id.extend({ effectId: z.string() })

async function reopenEffects(tx: TransactionClient, page: bigint[]): Promise<bigint[]> {
  const rows = await tx.$queryRaw`
    SELECT d.id, o.id AS "effectId" FROM webhook_dead_letters d
    JOIN outbox_messages o ON o.id = d.outbox_message_id
    WHERE d.id = ANY (${page}) FOR NO KEY UPDATE OF o SKIP LOCKED`
  const free = parseRows(LockedEffect, rows)
  await tx.outboxMessage.updateMany({
    where: { id: { in: free.map(({ effectId }) => effectId) }, status: 'failed' },
    data: { status: 'pending', attempts: 0, crashes: 0, error: null, sweepAfter: NOW },
  })
  return free.map(({ id }) => id)
}
