import type { Pool } from 'pg'
import { largestId, readSigns, readTailRows, type TailRow, type TailSign } from './tail.ts'

const LOOK_MS = 1_000

/** Of one look, at most so many rows are read: nobody reads more in a second. */
const ROWS_MAX = 200

/** Events of each kind that one look shows a watcher. */
const SHOWN_MAX = 50

/** Ids that may be committed after larger ones. */
const LATE_IDS = 2_000n

export interface News {
  arrived: TailRow[]
  ended: TailRow[]
  /** Arrivals and endings that were left out. */
  more: number
  /** Whether something before them was missed. */
  isIncomplete: boolean
}

export interface Tail {
  /** Calls `onNews` after each look that found something. @returns a function that ends it */
  watch(onNews: (news: News) => void): () => void
}

/** Looks for arrivals and endings once a second, for all watchers together, and only while there are any. */
export function createTail(reader: Pool, onError: (error: unknown) => void): Tail {
  const watchers = new Set<(news: News) => void>()
  /** Names of the arrivals and endings that the last look saw. The next one sees them again. Null before the first. */
  let seen: Set<string> | null = null
  let start = 0n
  let isLooking = false
  let isIncomplete = false

  async function look(): Promise<void> {
    if (seen === null) start = BigInt(await largestId(reader)) - LATE_IDS
    const signs = await readSigns(reader, String(start))
    const before = seen
    seen = new Set(signs.map(nameOf))
    start = startAfter(signs) ?? start
    const fresh = before === null ? [] : signs.filter((sign) => !before.has(nameOf(sign)))
    if (fresh.length > 0 || isIncomplete) await notify(fresh)
  }

  async function notify(fresh: TailSign[]): Promise<void> {
    const shown = fresh.sort(byId).slice(-ROWS_MAX)
    const rows = new Map((await readTailRows(reader, idsOf(shown))).map((row) => [row.id, row]))
    const [arrived, ended] = [rowsOf('arrived', shown, rows), rowsOf('ended', shown, rows)]
    const news = { arrived, ended, more: fresh.length - shown.length, isIncomplete }
    isIncomplete = false
    for (const onNews of watchers) onNews(news)
  }

  async function keepLooking(): Promise<void> {
    isLooking = true
    while (watchers.size > 0) {
      const next = new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      await look().catch((error: unknown) => {
        isIncomplete = true
        onError(error)
      })
      await next
    }
    isLooking = false
    seen = null
  }

  return {
    watch(onNews) {
      watchers.add(onNews)
      if (!isLooking) void keepLooking()
      return () => void watchers.delete(onNews)
    },
  }
}

const nameOf = ({ what, key }: TailSign): string => `${what} ${key}`

const byId = (a: TailSign, b: TailSign): number => Number(BigInt(a.id) - BigInt(b.id))

function startAfter(signs: TailSign[]): bigint | undefined {
  const [oldest] = signs.filter(({ what }) => what === 'arrived').sort(byId)
  return oldest && BigInt(oldest.id) - LATE_IDS
}

const idsOf = (signs: TailSign[]): string[] => [...new Set(signs.map(({ id }) => id))]

const rowsOf = (what: TailSign['what'], signs: TailSign[], rows: Map<string, TailRow>): TailRow[] =>
  idsOf(signs.filter((sign) => sign.what === what)).flatMap((id) => rows.get(id) ?? [])

/** The part of some news that a watcher sees: `isWanted` narrows it. Of too many rows the newest are left. */
export function newsFor({ arrived, ended, more, isIncomplete }: News, isWanted: (row: TailRow) => boolean): News {
  const [some, others] = [arrived.filter(isWanted), ended.filter(isWanted)]
  const leftOut = Math.max(0, some.length - SHOWN_MAX) + Math.max(0, others.length - SHOWN_MAX)
  return {
    arrived: some.slice(-SHOWN_MAX),
    ended: others.slice(-SHOWN_MAX),
    more: more + leftOut,
    isIncomplete,
  }
}
