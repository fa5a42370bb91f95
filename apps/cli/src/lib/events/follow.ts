import { setTimeout as sleep } from 'node:timers/promises'
import type { PrismaClient } from '@sluice/database/client'
import { oneLine, print } from '../print.ts'
import { toJson } from '../table.ts'
import { cellsOf, type Filter, findRows, type Row, whereOf } from './rows.ts'

const POLL_MS = 500

/** Of more events that wait, the outcome of the oldest is not printed. */
const WAITING_MAX = 1_000

interface FollowOptions extends Filter {
  limit: number
  json?: boolean
}

/** Prints the latest events, then each one as it arrives, and again when its status changes, until Ctrl-C. */
export async function followEvents(reader: PrismaClient, { limit, json, ...filter }: FollowOptions): Promise<void> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const where = whereOf(filter)
  const waiting = new Map<bigint, string>()
  let last = 0n

  const show = (row: Row) => {
    const state = `${row.status} ${row.attempts}`
    if (waiting.get(row.id) === state) return
    print(json ? toJson(row) : lineOf(row))
    if (row.status === 'received') waiting.set(row.id, state)
    else waiting.delete(row.id)
    for (const id of [...waiting.keys()].slice(0, -WAITING_MAX)) waiting.delete(id)
  }

  for (const row of (await findRows(reader, where, limit)).reverse()) {
    show(row)
    last = row.id
  }
  while (!interrupted.signal.aborted) {
    const known = [...waiting.keys()]
    for (const row of (await findRows(reader, { id: { in: known } }, WAITING_MAX)).reverse()) show(row)
    const rows = await reader.webhookEvent.findMany({
      where: { ...where, id: { gt: last } },
      omit: { rawBody: true, headers: true },
      orderBy: { id: 'asc' },
      take: WAITING_MAX,
    })
    for (const row of rows) {
      show(row)
      last = row.id
    }
    await sleep(POLL_MS, undefined, { signal: interrupted.signal }).catch(() => {})
  }
}

const WIDTHS = [24, 9, 1, 9, 40, 30, 0]

const lineOf = (row: Row): string =>
  cellsOf(row)
    .map((cell, column) => oneLine(cell).padEnd(WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd()
