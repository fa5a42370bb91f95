import { once } from 'node:events'
import { type EventRow, listEvents } from '@sluice/database/inspect/events'
import { type TailFilter, tailPredicate } from '@sluice/database/inspect/tail'
import { createTail, type News, newsFor } from '@sluice/database/inspect/watch'
import type { Pool } from '@sluice/database/pool'
import { print } from '../print.ts'
import { toJson } from '../table.ts'
import { lineOf } from './line.ts'

export interface TailOptions extends Omit<TailFilter, 'user'> {
  json?: boolean
}

/** After a break, so many events that arrived meanwhile are printed. */
const MISSED_MAX = 500

/** Prints events as they arrive and as they end, until Ctrl-C. Notes about the stream go to stderr. */
export async function tail(pool: Pool, { json, ...filter }: TailOptions): Promise<void> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const isWanted = await tailPredicate(pool, filter)
  const show = (row: EventRow) => print(json ? toJson(row) : lineOf(row))
  let last: string | undefined
  let isBroken = false

  function showNews({ arrived, ended, more }: News): void {
    const ends = new Set(ended.map(({ id }) => id))
    // Each arrival and ending since the last look is printed once.
    for (const row of [...arrived.filter(({ id }) => !ends.has(id)), ...ended]) show(row)
    last = arrived.at(-1)?.id ?? last
    if (more > 0) console.error(`${more} more, too many to print`)
  }

  async function showMissed(): Promise<void> {
    isBroken = false
    if (last === undefined) return console.error('The database answers again.')
    const missed = await listEvents(pool, filter, { after: last, limit: MISSED_MAX + 1, oldestFirst: true })
    console.error('The database answers again. Of the events before, ends are not printed again.')
    for (const row of missed.slice(0, MISSED_MAX)) show(row)
    if (missed.length > MISSED_MAX)
      console.error(`More than ${MISSED_MAX} arrived meanwhile: sluice events lists them.`)
    last = missed.at(-1)?.id ?? last
  }

  const watch = createTail(pool, () => {
    if (!isBroken) console.error('The database does not answer. Waiting for it.')
    isBroken = true
  })
  const stop = watch.watch((news) => {
    if (news.isIncomplete) void showMissed().catch(() => {})
    else showNews(newsFor(news, isWanted))
  })
  console.error('Watching. Ctrl-C ends it.')
  if (!interrupted.signal.aborted) await once(interrupted.signal, 'abort')
  stop()
}
