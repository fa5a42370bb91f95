import { expect, test } from '@jest/globals'
import { createCommit, followCatalogue } from '@sluice/database/commit'
import { COMPARABLE, comparableRows } from '@sluice/database/comparable-rows'
import { findReplayable, previewReplay, replay } from '@sluice/database/replay'
import { stateHash } from '@sluice/database/state-hash'
import type { Handler } from '@sluice/events'
import { decide } from '@sluice/handlers'
import { createRandom, type Random, type SentEvent, shuffle } from '@sluice/simulator'
import type { Pool } from 'pg'
import { BROKEN_HANDLERS } from './support/broken-handlers.ts'
import { ledgerFindings } from './support/ledger-findings.ts'
import { withDatabase } from './support/lifecycle-orders.ts'
import { needlessEntries } from './support/needless-entries.ts'
import {
  append,
  changesBetween,
  insertHostRows,
  isPreviewed,
  type Snapshot,
  snapshotOf,
  streamOf,
} from './support/replayed-rows.ts'

const ALL = { since: new Date(0) }
const STREAM = streamOf(1_000)

/** Part of the events that each run takes, in a random order. */
const TAKEN = Number(process.env['REVISION_TAKEN'] ?? 0.15)
/** Part of them that the broken handlers process. */
const BROKEN = 0.6
/** Events that are processed by the same handlers. */
const GROUP = 8
/** Part of them that arrive after the mend: half of these before the replay, the others while it is carried out. */
const LIVE = 0.2
/** Part of the waiting events that another worker has locked while a batch is revised. */
const LOCKED = 0.4
/** Part of the effects that have run by the time of the replay. */
const DONE = 0.3

/** Another seed makes other subsets and orders. */
const SEED = process.env['REVISION_SEED'] ?? '1'

for (const [name, broken] of Object.entries(BROKEN_HANDLERS))
  test(`after ${name}, mended handlers and a replay lead to the state of right handlers from the start`, async () => {
    const random = createRandom(`${SEED}:${name}`)
    const events = partsLast(
      shuffle(
        STREAM.events.filter(() => random.chance(TAKEN)),
        `${SEED}:${name}`,
      ),
    )
    const right = await withDatabase(async (owner, worker) => {
      await insertRows(owner)
      await handle(worker, await append(owner, events), decide)
      return stateOf(owner)
    })

    await withDatabase(async (owner, worker) => {
      await insertRows(owner)
      const [recorded, live] = splitOff(events, () => random.chance(LIVE))
      const ids = await append(owner, recorded)
      for (let start = 0; start < ids.length; start += GROUP)
        await handle(worker, ids.slice(start, start + GROUP), random.chance(BROKEN) ? broken : decide)
      const done = await runSomeEffects(owner, () => random.chance(DONE))
      const early = live.slice(0, live.length / 2)
      ids.push(...(await arrive(owner, worker, early)))

      const preview = await previewReplay(owner, await findReplayable(owner, ALL), RULES)
      const before = await snapshotOf(owner)
      expect(await replay(owner, ALL, RULES)).toEqual({ replayed: new Set(ids).size })
      const byArrivals = await reviseInParts(owner, worker, random, live.slice(early.length))
      const after = await snapshotOf(owner)

      expect(await stateOf(owner)).toEqual({ ...right, outbox_messages: expect.anything() })
      const named = new Set(preview.rows.map(({ table, key }) => `${table} ${key}`))
      const changed = new Set(namesOfChanges(before, after))
      expect([...named].filter((name) => !changed.has(name))).toEqual([])
      expect([...changed].filter((name) => !named.has(name) && !byArrivals.has(name))).toEqual([])
      expect(preview.failures).toEqual([])
      expect(preview.kept).toEqual([])
      expect(await ledgerFindings(owner)).toEqual([])
      expect(needlessEntries(before, after)).toEqual([])

      const effects = await effectsOf(owner)
      expect(effects.filter(({ status }) => status === 'done').map(({ key }) => key)).toEqual(done)
      const asked = new Set(right['outbox_messages'])
      const extra = effects.filter(({ row }) => !asked.has(row))
      expect(extra.filter(({ status }) => status !== 'done')).toEqual([])
      const sent = new Set(preview.sent.map(({ key }) => key))
      expect(extra.map(({ key }) => key).filter((key) => !sent.has(key))).toEqual([])
      const sentWrongly = new Set(extra.map(({ key }) => key))
      const missing = [...asked].filter((row) => !effects.some((one) => one.row === row))
      expect(missing.filter((row) => !sentWrongly.has(JSON.parse(row).effect_key))).toEqual([])
    })
  })

test('a replay that dies half-way goes on, and a second replay changes nothing', () =>
  withDatabase(async (owner, worker) => {
    const events = STREAM.events.slice(0, 200)
    await insertRows(owner)
    const ids = await append(owner, events)
    await handle(worker, ids, decide)
    const right = await stateOf(owner)
    await replayWith(owner, worker, ids, BROKEN_HANDLERS['amounts times 100'] as Handler)
    expect(await stateOf(owner)).not.toEqual(right)

    await owner.query(`CREATE SEQUENCE deaths;
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        IF nextval('deaths') % 3 <> 0 THEN RAISE EXCEPTION USING ERRCODE = '57P01'; END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER die AFTER INSERT ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION die()`)
    await replay(owner, ALL, RULES)
    let deaths = 0
    const tries = async (): Promise<void> =>
      handle(worker, ids, decide).catch(async (error: unknown) => {
        deaths += 1
        if (deaths > 50) throw error
        await tries()
      })
    await tries()
    expect(deaths).toBeGreaterThan(0)
    await owner.query('DROP TRIGGER die ON ledger_entries')
    expect(await stateOf(owner)).toEqual(right)
    expect(await ledgerFindings(owner)).toEqual([])

    const before = await snapshotOf(owner)
    expect((await previewReplay(owner, await findReplayable(owner, ALL), RULES)).rows).toEqual([])
    await replayWith(owner, worker, ids, decide)
    expect(changesBetween(before, await snapshotOf(owner)).filter(isPreviewed)).toEqual([])
  }))

/** The price of a part of an invoice is that of the invoice's row at the time, so a part comes after all others here. */
const partsLast = (events: SentEvent[]): SentEvent[] => [
  ...events.filter((event) => !isPart(event)),
  ...events.filter(isPart),
]

const isPart = ({ type }: SentEvent): boolean => type === 'invoice_payment.paid'

/** Events that come later, and the parts of their invoices. */
function splitOff(events: SentEvent[], isLate: () => boolean): [rest: SentEvent[], late: SentEvent[]] {
  const late = new Set(events.filter((event) => !isPart(event) && isLate()))
  const bodies = [...late].map(({ body }) => body).join()
  for (const event of events) if (isPart(event) && bodies.includes(invoiceOf(event))) late.add(event)
  return [events.filter((event) => !late.has(event)), events.filter((event) => late.has(event))]
}

const invoiceOf = ({ body }: SentEvent): string => JSON.parse(body).data.object.invoice

const RULES = { decide, pastDueIsActive: true, jobWaitSeconds: 0 }

async function insertRows(owner: Pool): Promise<void> {
  await insertHostRows(owner, STREAM)
  await owner.query(`INSERT INTO users (id) VALUES ('user_of_somebody_else')`)
}

async function replayWith(owner: Pool, worker: Pool, ids: string[], handler: Handler): Promise<void> {
  await replay(owner, ALL, { decide: handler })
  await handle(worker, ids, handler)
}

/** As a worker does it, one batch after the other, and a moment later what depends on the catalogue. */
async function handle(worker: Pool, ids: string[], handler: Handler): Promise<void> {
  const commit = createCommit(worker, { ...RULES, decide: handler })
  for (let start = 0; start < ids.length; start += 64)
    for (const settled of (await commit([...new Set(ids.slice(start, start + 64))])).values())
      if (!['processed', 'ignored', 'settled'].includes(settled.outcome))
        throw new Error(`an event is ${JSON.stringify(settled)}`)
  while ((await followCatalogue(worker)) > 0);
}

async function arrive(owner: Pool, worker: Pool, events: SentEvent[]): Promise<string[]> {
  const ids = await append(owner, events)
  await handle(worker, ids, decide)
  return ids
}

/**
 * As workers revise them that hold locks of one another and die between two batches: each batch is a random part of the
 * events that wait, and nothing is remembered until the next one. Between them others arrive.
 *
 * @returns names of the rows that the others changed
 */
async function reviseInParts(owner: Pool, worker: Pool, random: Random, arriving: SentEvent[]): Promise<Set<string>> {
  const byArrivals = new Set<string>()
  const left = [...arriving]
  for (;;) {
    const before = await snapshotOf(owner)
    await arrive(owner, worker, left.splice(0, random.between(1, GROUP)))
    for (const name of namesOfChanges(before, await snapshotOf(owner))) byArrivals.add(name)
    const { rows } = await owner.query<{ id: string }>(
      `SELECT id FROM webhook_events WHERE status = 'received' ORDER BY id`,
    )
    const [first, ...others] = shuffle(rows, String(random.next())).map(({ id }) => id)
    if (first === undefined && left.length === 0) return byArrivals
    if (first === undefined) continue
    const other = await owner.connect()
    try {
      await other.query('BEGIN')
      await other.query('SELECT FROM webhook_events WHERE id = ANY ($1) FOR UPDATE', [
        others.filter(() => random.chance(LOCKED)),
      ])
      await handle(worker, [first], decide)
    } finally {
      await other.query('ROLLBACK').finally(() => other.release())
    }
  }
}

/** Rows, and the hash of each table. The ledger and the credits are compared by their sums: corrections stay. */
async function stateOf(owner: Pool): Promise<Record<string, string[]>> {
  const state: Record<string, string[]> = {}
  for (const table of COMPARABLE) state[table] = (await comparableRows(owner, table)).sort()
  const { rows } = await owner.query<{ sum: string }>(
    `SELECT concat_ws(' ', coalesce(corrects, entry_key), payment_id, stripe_account, livemode, account, currency,
        sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)) AS sum FROM ledger_entries
      GROUP BY coalesce(corrects, entry_key), payment_id, stripe_account, livemode, account, currency
      HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0 ORDER BY 1`,
  )
  const { tables } = await stateHash(owner)
  return {
    ...state,
    ledger_entries: rows.map(({ sum }) => sum),
    credit_entries: [],
    hashes: Object.entries(tables).flatMap(([table, { hash }]) =>
      table === 'outbox_messages' ? [] : `${table} ${hash}`,
    ),
  }
}

async function runSomeEffects(owner: Pool, isDone: () => boolean): Promise<string[]> {
  const effects = await effectsOf(owner)
  const done = effects.map(({ key }) => key).filter(isDone)
  await owner.query(`UPDATE outbox_messages SET status = 'done', done_at = now() WHERE effect_key = ANY ($1)`, [done])
  return done
}

async function effectsOf(owner: Pool) {
  const rows = (await comparableRows(owner, 'outbox_messages')).sort()
  const { rows: statuses } = await owner.query<{ key: string; status: string }>(
    'SELECT effect_key AS key, status FROM outbox_messages',
  )
  const statusOf = new Map(statuses.map(({ key, status }) => [key, status]))
  return rows.map((row) => {
    const key: string = JSON.parse(row).effect_key
    return { row, key, status: statusOf.get(key) }
  })
}

/** Since when a reference waits, and which event comes first, depends on how the replay is divided. */
const IS_TRACE = /: (unclaimed_since|webhook_event_id)( (unclaimed_since|webhook_event_id))*$/

const namesOfChanges = (before: Snapshot, after: Snapshot): string[] =>
  changesBetween(before, after)
    .filter((change) => !IS_TRACE.test(change) && isPreviewed(change))
    .map((change) => change.slice(0, change.lastIndexOf(': ')))
