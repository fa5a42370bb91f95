import type { Pool } from 'pg'
import { type Prisma, prismaOf, type TransactionClient } from '../client.ts'
import { addTouched, findNewlyTouched, THIN } from '../commit/revise/index.ts'
import type { CommitRules } from '../commit/rules.ts'
import { ALREADY_DUE, REVISION_DUE } from '../inbox/due.ts'
import { databaseNow } from '../sql/clock.ts'

/** Events must meet all of these. Default of each: any. */
export interface ReplayFilter {
  /** Provider's ids of events. */
  ids?: string[]
  /** Received at this time or later. */
  since?: Date
  /** Received at this time or earlier; default: now. */
  until?: Date
  /** A `*` at the end matches any suffix. */
  type?: string
  /** A Stripe customer that the event names, or whose row it touched. */
  customer?: string
  /** A prediction at Replicate. */
  prediction?: string
}

export interface ReplaySteps {
  /** Kinds of effects that are asked for again although they have ended. Default: none. */
  resend?: readonly string[]
  /** Called after each transaction with the number of events that it opened. */
  advance?(events: number): void
}

/** Events in one transaction, so that no statement locks many rows. */
const PAGE = 500

/** Finished events. */
function matching({ ids, since, until, type, customer, prediction }: ReplayFilter, now: Date) {
  const all: Prisma.WebhookEventWhereInput[] = [
    { status: { in: ['processed', 'ignored'] } },
    { receivedAt: { ...(since && { gte: since }), lte: until ?? now } },
  ]
  if (ids) all.push({ eventId: { in: ids } })
  if (type !== undefined) all.push({ type: type.endsWith('*') ? { startsWith: type.slice(0, -1) } : type })
  if (customer !== undefined) all.push({ OR: [{ customerId: customer }, touching(`customers/${customer}`)] })
  if (prediction !== undefined)
    all.push({ OR: [{ orderingKey: `replicate:${prediction}` }, touching(`generation_jobs/${prediction}`)] })
  return all
}

const touching = (row: string): Prisma.WebhookEventWhereInput => ({ touched: { has: row } })

/** For a replay in one transaction. An hour opens millions of events. */
const WHOLE_MAX_MS = 3_600_000

/**
 * Opens recorded events again, so that workers revise them: they withdraw what each event said before, and merge what it
 * says now. Oldest first; if it is interrupted, a second run opens the rest again with the others. An event whose body
 * was erased is left out.
 *
 * Before the first one is opened, each event is given the rows that it touches by present handlers, so that workers make
 * each row from all events that speak of it, in whatever batches, and book no correction that a later batch takes back.
 *
 * With `resend`, all events are opened in one transaction. If it is interrupted, nothing was asked for, so a second run
 * does not ask for the same effects again under another key.
 */
export async function replay(
  pool: Pool,
  filter: ReplayFilter,
  rules: Pick<CommitRules, 'decide'>,
  { resend = [], advance = () => {} }: ReplaySteps = {},
): Promise<{ replayed: number }> {
  const prisma = prismaOf(pool)
  const now = await databaseNow(pool)
  const where = matching(filter, now)
  const revision = [now.getTime().toString(36), ...resend].join(' ')
  await touchAll()
  if (resend.length === 0) return openAll((work) => prisma.$transaction(work))
  return prisma.$transaction((tx) => openAll((work) => work(tx)), { timeout: WHOLE_MAX_MS })

  async function touchAll(): Promise<void> {
    for (let after: bigint | undefined = 0n; after !== undefined; ) {
      const page = await findPage(prisma, where, after)
      after = page.at(-1)?.id
      const ids = page.flatMap(({ id, type }) => (THIN.test(type) ? [] : [id.toString()]))
      await addTouched(pool, await findNewlyTouched(pool, ids, rules))
    }
  }

  async function openAll(transact: <T>(work: (tx: TransactionClient) => Promise<T>) => Promise<T>) {
    for (let [after, replayed] = [0n, 0]; ; ) {
      const page = await transact((tx) => openPage(tx, where, after, revision))
      if (page.last === undefined) return { replayed }
      replayed += page.opened
      advance(page.found)
      after = page.last
    }
  }
}

const OPENED = {
  status: 'received',
  attempts: 0,
  crashes: 0,
  error: null,
  processedAt: null,
  sweepAfter: ALREADY_DUE,
}

const findPage = ({ webhookEvent: events }: TransactionClient, where: Prisma.WebhookEventWhereInput[], after: bigint) =>
  events.findMany({
    where: { AND: [...where, { id: { gt: after }, rawBody: { not: null } }] },
    orderBy: { id: 'asc' },
    take: PAGE,
    select: { id: true, type: true },
  })

async function openPage(
  tx: TransactionClient,
  where: Prisma.WebhookEventWhereInput[],
  after: bigint,
  revision: string,
) {
  const { webhookEvent: events } = tx
  const page = await findPage(tx, where, after)
  const idsOf = (isThin: boolean) => page.flatMap(({ id, type }) => (THIN.test(type) === isThin ? id : []))
  const unfinished = { status: { in: ['processed', 'ignored'] } } // not opened meanwhile by another replay
  const whole = await events.updateMany({
    where: { id: { in: idsOf(false) }, ...unfinished },
    data: { ...OPENED, sweepAfter: REVISION_DUE, revision },
  })
  const thin = await events.updateMany({ where: { id: { in: idsOf(true) }, ...unfinished }, data: OPENED })
  return { found: page.length, opened: whole.count + thin.count, last: page.at(-1)?.id }
}

/** Ids of the rows that a replay revises, without thin events. */
export async function findReplayable(pool: Pool, filter: ReplayFilter): Promise<string[]> {
  const rows = await prismaOf(pool).webhookEvent.findMany({
    where: { AND: [...matching(filter, await databaseNow(pool)), { rawBody: { not: null } }] },
    orderBy: { id: 'asc' },
    select: { id: true, type: true },
  })
  return rows.filter(({ type }) => !THIN.test(type)).map(({ id }) => id.toString())
}

export interface ErasedEvent {
  id: string
  provider: string
  eventId: string
  type: string
  account: string | null
}

/** Finished events that match, and whose body was erased. */
export async function findErased(pool: Pool, filter: ReplayFilter): Promise<ErasedEvent[]> {
  const rows = await prismaOf(pool).webhookEvent.findMany({
    where: { AND: [...matching(filter, await databaseNow(pool)), { rawBody: null }] },
    orderBy: { id: 'asc' },
    select: { id: true, provider: true, eventId: true, type: true, account: true },
  })
  return rows.flatMap(({ id, ...row }) => (THIN.test(row.type) ? [] : [{ ...row, id: id.toString() }]))
}
