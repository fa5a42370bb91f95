import { setTimeout as sleep } from 'node:timers/promises'
import { type EventRow, listEvents } from '@sluice/database/inspect/events'
import type { Pool } from '@sluice/database/pool'
import { print } from '../print.ts'
import { toJson } from '../table.ts'
import { lineOf } from './line.ts'
import type { Filter } from './rows.ts'

const POLL_MS = 500

/** Of more events that wait, the outcome of the oldest is not printed. */
const WAITING_MAX = 1_000

interface FollowOptions extends Filter {
  limit: number
  json?: boolean
}

/** Prints the latest events, then each one as it arrives, and again when its status changes, until Ctrl-C. */
export async function followEvents(pool: Pool, { limit, json, ...filter }: FollowOptions): Promise<void> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const waiting = new Map<string, string>()
  let last = '0'

  const show = (row: EventRow) => {
    const state = `${row.status} ${row.attempts}`
    if (waiting.get(row.id) === state) return
    print(json ? toJson(row) : lineOf(row))
    if (row.status === 'received') waiting.set(row.id, state)
    else waiting.delete(row.id)
    for (const id of [...waiting.keys()].slice(0, -WAITING_MAX)) waiting.delete(id)
  }

  for (const row of (await listEvents(pool, filter, { limit })).reverse()) {
    show(row)
    last = row.id
  }
  while (!interrupted.signal.aborted) {
    const known = { ids: [...waiting.keys()], limit: WAITING_MAX, oldestFirst: true }
    for (const row of await listEvents(pool, {}, known)) show(row)
    const rows = await listEvents(pool, filter, { after: last, limit: WAITING_MAX, oldestFirst: true })
    for (const row of rows) {
      show(row)
      last = row.id
    }
    await sleep(POLL_MS, undefined, { signal: interrupted.signal }).catch(() => {})
  }
}
