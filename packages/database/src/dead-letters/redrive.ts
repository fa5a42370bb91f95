import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma, prismaOf, type TransactionClient } from '../client.ts'
import { ALREADY_DUE } from '../inbox/due.ts'
import { databaseNow } from '../sql/clock.ts'
import { parseRows } from '../sql/rows.ts'

export interface DeadLetterFilter {
  /** Provider's ids of events: their own dead letters, and those of their effects. */
  ids?: string[]
  /** Ids of effects. */
  effects?: readonly string[]
  /** Event type, or kind of effect. A `*` at the end matches any suffix. */
  type?: string
  /** The code at the start of `error`: `handler_threw`, `crashed`, `smtp_550`. */
  cause?: string
  fingerprint?: string
  /** Failed at this time or later. */
  since?: Date
  /** Failed at this time or earlier. */
  until?: Date
}

const PlannedRedrive = z.object({ type: z.string(), cause: z.string(), count: z.number() })

/** Open dead letters of one type and one cause. */
export type PlannedRedrive = z.infer<typeof PlannedRedrive>

export interface RedriveSteps {
  /** Maximum number of dead letters per transaction. */
  size: number
  /** Called after each transaction with the total so far. Resolves to false to stop the redrive. */
  mayContinue(redriven: number): Promise<boolean>
  /** Called within each transaction with the number of dead letters that it redrives. */
  record?(tx: TransactionClient, redriven: number): Promise<void>
}

const CAUSE = Prisma.sql`split_part(error, ':', 1)`

const typeIs = (type: string) =>
  type.endsWith('*') ? Prisma.sql`starts_with(type, ${type.slice(0, -1)})` : Prisma.sql`type = ${type}`

/** Selects the open dead letters that match a filter. */
const matching = ({ ids, effects, type, cause, fingerprint, since, until }: DeadLetterFilter) =>
  Prisma.join(
    [
      Prisma.sql`redriven_at IS NULL`,
      ...(ids === undefined ? [] : [Prisma.sql`event_id = ANY (${ids})`]),
      ...(effects === undefined ? [] : [Prisma.sql`outbox_message_id = ANY (${effects}::uuid[])`]),
      ...(type === undefined ? [] : [typeIs(type)]),
      ...(cause === undefined ? [] : [Prisma.sql`${CAUSE} = ${cause}`]),
      ...(fingerprint === undefined ? [] : [Prisma.sql`fingerprint = ${fingerprint}`]),
      ...(since === undefined ? [] : [Prisma.sql`failed_at >= ${since}`]),
      ...(until === undefined ? [] : [Prisma.sql`failed_at <= ${until}`]),
    ],
    ' AND ',
  )

/** Counts the dead letters that a redrive would reopen, largest group first. Read-only. */
export async function planRedrive(pool: Pool, filter: DeadLetterFilter): Promise<PlannedRedrive[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT type, ${CAUSE} AS cause, count(*)::int AS count FROM webhook_dead_letters
    WHERE ${matching(filter)} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`
  return parseRows(PlannedRedrive, rows)
}

const Found = z.object({ id: z.string().nullable(), type: z.string(), isEffect: z.boolean() })

/** The open dead letters that match: the rows of events in the inbox, and the kinds of effects. Read-only. */
export async function findDeadLetters(
  pool: Pool,
  filter: DeadLetterFilter,
): Promise<{ events: { id: string; type: string }[]; effects: string[] }> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT (SELECT e.id::text FROM webhook_events e WHERE e.provider = d.provider AND e.event_id = d.event_id) AS id,
      type, outbox_message_id IS NOT NULL AS "isEffect"
    FROM (SELECT * FROM webhook_dead_letters WHERE ${matching(filter)}) AS d ORDER BY d.id`
  const found = parseRows(Found, rows)
  return {
    events: found.flatMap(({ id, type, isEffect }) => (isEffect || id === null ? [] : [{ id, type }])),
    effects: found.flatMap(({ type, isEffect }) => (isEffect ? [type] : [])),
  }
}

/**
 * Reopens dead letters so that the sweeper enqueues them again. Effect keys prevent duplicate effects. It only writes
 * to Postgres, so it works during a queue outage. It runs oldest first, in one transaction per step, and is idempotent:
 * if it is interrupted, a second run handles the rest. It skips dead letters that fail again meanwhile, and those that
 * a worker has locked, for example after a retry from the board.
 *
 * @returns how many were redriven
 */
export async function redrive(
  pool: Pool,
  filter: DeadLetterFilter,
  { size, mayContinue, record }: RedriveSteps = { size: 100, mayContinue: async () => true },
): Promise<number> {
  const bounded = { ...filter, until: await noLaterThanNow(pool, filter.until) }
  for (let [after, redriven] = [0n, 0]; ; ) {
    const page = await prismaOf(pool).$transaction((tx) => redrivePage(tx, bounded, after, size, record))
    redriven += page.redriven
    if (page.last === undefined || !(await mayContinue(redriven))) return redriven
    after = page.last
  }
}

async function noLaterThanNow(pool: Pool, until: Date | undefined): Promise<Date> {
  const now = await databaseNow(pool)
  return until && until < now ? until : now
}

const Id = z.object({ id: z.bigint() })

async function redrivePage(
  tx: TransactionClient,
  filter: DeadLetterFilter,
  after: bigint,
  size: number,
  record?: RedriveSteps['record'],
) {
  const rows = await tx.$queryRaw`
    SELECT id FROM webhook_dead_letters WHERE ${matching(filter)} AND id > ${after} ORDER BY id LIMIT ${size}`
  const page = parseRows(Id, rows).map(({ id }) => id)
  const reopened = [...(await reopenEvents(tx, page)), ...(await reopenEffects(tx, page))]
  const { count } = await tx.webhookDeadLetter.updateMany({
    where: { id: { in: reopened }, redrivenAt: null },
    data: { redrivenAt: new Date() },
  })
  await record?.(tx, count)
  return { redriven: count, last: page.at(-1) }
}

/**
 * Locks events before their dead letters, in the same order as workers. Does not change an event that is waiting
 * already.
 *
 * @returns the dead letters whose events no worker has locked
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
    data: { status: 'pending', attempts: 0, crashes: 0, error: null, sweepAfter: ALREADY_DUE },
  })
  await forgetRefusals(
    tx,
    free.map(({ effectId }) => effectId),
  )
  return free.map(({ id }) => id)
}

/** Of messages to the host: a URL that acknowledged one does not get it again, and the others get it at once. */
const forgetRefusals = (tx: TransactionClient, effectIds: string[]) => tx.$executeRaw`
  UPDATE outbox_messages SET deliveries =
    (SELECT jsonb_object_agg(key, value) FROM jsonb_each(deliveries) WHERE value -> 'acknowledgedAt' IS NOT NULL)
  WHERE id = ANY (${effectIds}::uuid[]) AND deliveries IS NOT NULL AND status = 'pending'`
