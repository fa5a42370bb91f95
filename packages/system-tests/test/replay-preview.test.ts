import { expect, test } from '@jest/globals'
import { createCommit, followCatalogue } from '@sluice/database/commit'
import { COMPARABLE } from '@sluice/database/comparable-rows'
import { findReplayable, type Preview, previewReplay, replay } from '@sluice/database/replay'
import { type Effect, EventError, type Fact, type Handler, ignored, processed } from '@sluice/events'
import { decide } from '@sluice/handlers'
import type { Pool } from 'pg'
import { withDatabase } from './support/lifecycle-orders.ts'
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
const stream = streamOf(1_000)

test('a preview of 1,000 events names exactly the rows that a replay would change, and changes none itself', () =>
  withDatabase(async (owner, worker) => {
    await insertHostRows(owner, stream)
    const ids = await append(owner, stream.events)
    await handle(worker, ids, () => ignored('not yet'))

    // Nothing was handled so far: a replay makes every row there is.
    const first = await previewAndReplay(owner, worker, decide)
    expect(namesOf(first.preview)).toEqual(changesBetween(first.before, first.after).filter(isPreviewed))
    expect([...new Set(first.preview.rows.map(({ table }) => table))].sort()).toEqual([...COMPARABLE].sort())

    const handlers = { decide, pastDueIsActive: true }
    expect(await previewReplay(owner, ids, handlers)).toEqual({ rows: [], failures: [], sent: [], kept: [] })

    const { preview, before, after } = await previewAndReplay(owner, worker, changed)
    const failed = idsOf('payment_method.attached')
    expect(preview.failures.map(({ eventId }) => eventId).sort()).toEqual(failed)
    expect(keysOf(preview, 'webhook_events')).toEqual(idsOf('customer.updated'))
    expect(keysOf(preview, 'outbox_messages')).toEqual(idsOf('invoice.finalized').map((id) => `said:${id}`))
    expect(keysOf(preview, 'payments')).toEqual(keysWhere(before, 'payments', ({ status }) => status === 'failed'))
    expect(keysOf(preview, 'refunds').length).toBeGreaterThan(0)
    expect(namesOf(preview)).toEqual(
      changesBetween(before, after)
        .filter(isPreviewed)
        .filter((name) => !failed.some((id) => name.startsWith(`webhook_events ${id}:`))),
    )
    for (const { table, key, columns } of preview.rows) {
      for (const { column, ...values } of columns) {
        const name = `${table} ${key}`
        if (!('before' in values)) continue
        expect(values).toEqual({ before: before.get(name)?.[column] ?? null, after: after.get(name)?.[column] ?? null })
      }
    }
  }))

/** The handlers after a change. */
const changed: Handler = (event) => {
  if (event.type === 'payment_method.attached') throw new EventError('invalid_object', 'payment method: brand')
  if (event.type === 'customer.updated') return ignored('of no interest')
  const decision = decide(event)
  if (decision.outcome === 'ignored') return decision
  const said: Effect = { key: `said:${event.eventId}`, kind: 'receipt', payload: { paymentId: event.eventId } }
  const effects = event.type === 'invoice.finalized' ? [...decision.effects, said] : decision.effects
  return processed(decision.facts.map(otherwise), effects)
}

/** A later attempt always wins; of two amounts of one second the digest decides, so some rows change and some do not. */
function otherwise(fact: Fact): Fact {
  if (fact.kind === 'payment' && fact.status === 'failed') return { ...fact, attemptCount: fact.attemptCount + 9 }
  return fact.kind === 'refund' ? { ...fact, amount: fact.amount * 2 } : fact
}

/** @throws when the preview changed anything. */
async function previewAndReplay(owner: Pool, worker: Pool, handler: Handler) {
  const ids = await findReplayable(owner, ALL)
  const before = await snapshotOf(owner)
  const preview = await previewReplay(owner, ids, { decide: handler, pastDueIsActive: true }, { heldMaxMs: 60_000 })
  expect(await snapshotOf(owner)).toEqual(before)

  expect(await replay(owner, ALL, { decide: handler })).toEqual({ replayed: stream.events.length })
  await handle(worker, ids, handler)
  while ((await followCatalogue(worker)) > 0);
  return { preview, before, after: await snapshotOf(owner) }
}

/** As a worker does it, one batch after the other. */
async function handle(worker: Pool, ids: string[], handler: Handler): Promise<void> {
  const commit = createCommit(worker, { decide: handler, pastDueIsActive: true, jobWaitSeconds: 0 })
  for (let start = 0; start < ids.length; start += 64) await commit(ids.slice(start, start + 64))
}

const namesOf = ({ rows }: Preview): string[] =>
  rows
    .map(({ table, key, isNew, isGone, columns }) => {
      const names = isNew ? ['new'] : isGone ? ['gone'] : columns.map(({ column }) => column).sort()
      return `${table} ${key}: ${names.join(' ')}`
    })
    .sort()

const keysOf = ({ rows }: Preview, table: string): string[] =>
  rows.flatMap((row) => (row.table === table ? [row.key] : [])).sort()

const idsOf = (type: string): string[] =>
  stream.events.flatMap((event) => (event.type === type ? [event.id] : [])).sort()

const keysWhere = (rows: Snapshot, table: string, matches: (row: Record<string, unknown>) => boolean): string[] =>
  [...rows]
    .flatMap(([name, row]) => (name.startsWith(`${table} `) && matches(row) ? [name.slice(table.length + 1)] : []))
    .sort()
