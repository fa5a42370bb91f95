import { noteImport } from '@sluice/database/host'
import {
  appendImported,
  beginImport,
  countDeadImports,
  countUnprocessedImports,
  entitledCustomers,
  type ListProgress,
  outlast,
  saveCursor,
} from '@sluice/database/import'
import { connect } from '@sluice/database/pool'
import type { ImportSummary } from '@sluice/events'
import {
  type ImportedObject,
  type ImportList,
  type ImportPage,
  importEvent,
  notReadOf,
  readList,
} from '@sluice/providers/stripe/api'
import { createProducer, type Producer } from '@sluice/queue'
import type { Pool } from 'pg'
import { connected } from '../direct.ts'
import { placementOf, queueStoreOf, readSettings, requireSetting } from '../settings.ts'
import { createEstimate, type Estimate } from './estimate.ts'
import { explain, type ImportAccount, type OpenedImport } from './open.ts'
import { createRoom, type Room } from './room.ts'

/** The objects of one list, in all accounts. */
export interface ListCount {
  listed: number
  added: number
  unchanged: number
}

export interface ImportResult {
  lists: Record<string, ListCount>
  /** Names of objects whose ids cannot be recorded. */
  refused: string[]
  /** Objects that Stripe has and an import cannot read. */
  notRead: string[]
  /** Imported events that wait for a worker. */
  waiting: number
  /** Imported events that are dead letters. */
  failed: number
  /** Whether it was stopped before its end. */
  stopped: boolean
  seconds: number
}

interface Run {
  opened: OpenedImport
  pool: Pool
  producer: Producer | null
  room: Room
  estimate: Estimate
  stop: AbortSignal
  result: ImportResult
}

/** Reads every list of every account, and appends what is new. Continues an import that was stopped. */
export async function runImport(opened: OpenedImport): Promise<ImportResult> {
  const settings = readSettings()
  const pool = connect(requireSetting(settings, 'databaseUrl'), {
    max: 4,
    applicationName: 'sluice-cli',
    placement: placementOf(settings),
  })
  const producer = settings.redisUrl ? createProducer(queueStoreOf(settings)) : null
  if (producer) await connected(producer)
  const startedAt = performance.now()
  const notRead = notReadOf(opened.lists)
  const result: ImportResult = { lists: {}, refused: [], notRead, waiting: 0, failed: 0, stopped: false, seconds: 0 }
  const stopping = onStop()
  const estimate = createEstimate(opened)
  const room = createRoom(pool, producer ? 'enqueued' : 'swept')
  const run = { opened, pool, producer, room, estimate, stop: stopping.signal, result }
  try {
    for (const account of opened.accounts) await importAccount(run, account)
    if (producer && !run.stop.aborted) await run.room.drained(run.stop)
    if (!run.stop.aborted) await outlast(() => noteImport(pool, summaryOf(opened, result)))
    const waiting = await outlast(() => countUnprocessedImports(pool))
    const failed = await outlast(() => countDeadImports(pool))
    const seconds = (performance.now() - startedAt) / 1000
    return { ...result, waiting, failed, stopped: run.stop.aborted, seconds }
  } finally {
    estimate.finish()
    stopping.end()
    await producer?.close()
    await pool.end()
  }
}

/** For the host application, which gets no message about what was imported. */
const summaryOf = ({ since }: OpenedImport, { lists }: ImportResult): ImportSummary => ({
  provider: 'stripe',
  since: since?.toISOString() ?? null,
  lists: Object.entries(lists).map(([name, { listed, added }]) => ({ name, listed, added })),
})

async function importAccount(run: Run, account: ImportAccount): Promise<void> {
  const { lists, since } = run.opened
  const plan = { ...account, lists: lists.map(({ name }) => name), since }
  const progress = new Map((await outlast(() => beginImport(run.pool, plan))).map((one) => [one.list, one]))
  for (const list of lists) {
    if (run.stop.aborted) return
    const found = progress.get(list.name)
    if (found && !found.isDone) await importList(run, account, list, found).catch(explain)
    run.estimate.done(account, list)
  }
}

/** The cursor is saved after its page: a page that is read or added again adds nothing. */
async function importList(run: Run, account: ImportAccount, list: ImportList, found: ListProgress): Promise<void> {
  const { cursor, since } = found
  if (list.comesLast) await run.room.drained(run.stop)
  let isOver = false
  for await (const page of readList(run.opened.api, list, { ...account, since, cursor })) {
    await appendPage(run, list, page)
    await outlast(() => saveCursor(run.pool, account, list.name, page.cursor))
    run.estimate.reached(account, list, page)
    isOver = page.cursor === null
    if (run.stop.aborted) return
  }
  if (!isOver) await outlast(() => saveCursor(run.pool, account, list.name, null))
}

/** In small parts, each of which waits until workers have room for it. */
const AT_ONCE = 25

async function appendPage(run: Run, { name }: ImportList, { listed, imported }: ImportPage): Promise<void> {
  const count = run.result.lists[name] ?? { listed: 0, added: 0, unchanged: 0 }
  run.result.lists[name] = count
  const news = await outlast(() => withNews(run.pool, imported))
  for (let start = 0; start < news.length; start += AT_ONCE) {
    await run.room.forMore(run.stop)
    await outlast(() => append(run, count, news.slice(start, start + AT_ONCE)))
  }
  count.listed += listed
}

async function append({ pool, producer, result }: Run, count: ListCount, objects: ImportedObject[]): Promise<void> {
  const { added, unchanged, refused } = await appendImported(pool, objects, importEvent)
  count.added += added.length
  count.unchanged += unchanged
  result.refused.push(...refused.slice(0, 1_000 - result.refused.length))
  const jobs = added.map(({ id, event: { provider, eventId, type } }) => ({ id, provider, eventId, type }))
  await Promise.all(jobs.map((job) => producer?.enqueue(job))).catch(() => {}) // the sweeper finds them
}

/** Most customers have no entitlement: that is news only of those who have one here. */
async function withNews(pool: Pool, imported: ImportedObject[]): Promise<ImportedObject[]> {
  const empty = imported.flatMap(({ isEmpty, id }) => (isEmpty ? id : []))
  const entitled = await entitledCustomers(pool, empty)
  return imported.filter(({ isEmpty, id }) => !isEmpty || entitled.has(id))
}

/** Ctrl-C ends the import after the page at hand. A second one ends the process. */
function onStop() {
  const controller = new AbortController()
  const stop = () => controller.abort()
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.once(signal, stop)
  return {
    signal: controller.signal,
    end() {
      for (const signal of signals) process.off(signal, stop)
    },
  }
}
