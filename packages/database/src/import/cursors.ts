import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

/** The lists of one account and mode. */
export interface ImportScope {
  /** A connected account; null for our own. */
  account: string | null
  livemode: boolean | null
}

export interface ImportPlan extends ImportScope {
  lists: readonly string[]
  /** Objects created since then; null: all. */
  since: Date | null
}

/** How far a list is read. */
export interface ListProgress {
  list: string
  /** The last object of the last page that was recorded; null: none. */
  cursor: string | null
  isDone: boolean
  since: Date | null
}

/** An older import is not continued, because its first pages say how things stood then. */
const CONTINUED_WITHIN_MS = 86_400_000

const keyOf = ({ account, livemode }: ImportScope) => ({
  account: account ?? '',
  mode: livemode === null ? 'unknown' : livemode ? 'live' : 'test',
})

/**
 * Continues the import of these lists that was stopped within the last day and covers the plan, else begins a new one.
 *
 * @returns how far each list is read, in the order of the plan
 */
export async function beginImport(pool: Pool, plan: ImportPlan): Promise<ListProgress[]> {
  const { importCursor } = prismaOf(pool)
  const { lists, since } = plan
  const where = { ...keyOf(plan), list: { in: [...lists] } }
  const found = await importCursor.findMany({ where })
  if (!continues(found, since)) {
    const data = { since, cursor: null, isDone: false, updatedAt: new Date() }
    await importCursor.updateMany({ where, data })
  }
  await importCursor.createMany({ data: lists.map((list) => ({ ...keyOf(plan), list, since })), skipDuplicates: true })
  const rows = await importCursor.findMany({ where })
  const byList = new Map(rows.map((row) => [row.list, row]))
  return lists.flatMap((list) => byList.get(list) ?? [])
}

type Row = Pick<ListProgress, 'isDone' | 'since'> & { updatedAt: Date }

function continues(rows: Row[], since: Date | null): boolean {
  const covers = (row: Row) => row.since === null || (since !== null && row.since <= since)
  const isRecent = ({ updatedAt }: Row) => updatedAt.getTime() > Date.now() - CONTINUED_WITHIN_MS
  return rows.some(({ isDone }) => !isDone) && rows.every(covers) && rows.some(isRecent)
}

/** Records that a page is in the inbox. @param cursor the last object of the page; null: the list is read to its end */
export async function saveCursor(pool: Pool, scope: ImportScope, list: string, cursor: string | null): Promise<void> {
  const isDone = cursor === null
  const updatedAt = new Date()
  await prismaOf(pool).importCursor.update({
    where: { account_mode_list: { ...keyOf(scope), list } },
    data: { cursor, isDone, updatedAt, ...(isDone && { finishedAt: updatedAt }) },
  })
}

/** Whether this list of an account was ever read to its end, in any mode. */
export async function wasImported(pool: Pool, account: string | null, list: string): Promise<boolean> {
  const where = { account: account ?? '', list, finishedAt: { not: null } }
  return (await prismaOf(pool).importCursor.count({ where })) > 0
}
