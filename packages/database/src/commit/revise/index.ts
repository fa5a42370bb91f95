import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { ForgottenFilter } from '../../forget/filter.ts'
import { queryRows } from '../../sql/rows.ts'
import { claimRevisions } from '../claim.ts'
import { finishedOf, resultOf } from '../commit-events.ts'
import { decideAll, rowIdsOf } from '../decide.ts'
import { eraseBodies, finish } from '../finish.ts'
import type { Applied, Tried } from '../outcome.ts'
import { reduce } from '../reduce.ts'
import type { CommitRules } from '../rules.ts'
import { applyRevision } from './apply-revision.ts'

export { applyRevision, type RevisionResult } from './apply-revision.ts'

export { countUntraced, fillTouched, THIN } from './fill-touched.ts'
export { addTouched, findNewlyTouched, type TouchedRows } from './newly-touched.ts'
export type { Revision } from './revision.ts'

/** Events of one transaction. The events of a customer are read once for all of them. */
export const REVISIONS_AT_ONCE = 256

/** Bodies of one transaction, in bytes. */
const BODIES_MAX = 8 * 1_048_576

const Waiting = z.object({ id: z.string(), bytes: z.number() })

/** This event, and others that wait to be revised: those of its ordering key first, then of the next keys. */
async function waitingBeside(client: PoolClient, id: string, count: number): Promise<string[]> {
  if (count <= 1) return [id]
  const rows = await queryRows(
    client,
    Waiting,
    `SELECT id, coalesce(octet_length(raw_body), 0) AS bytes FROM webhook_events
      WHERE revision IS NOT NULL AND status = 'received' AND id <> $1
        AND ordering_key >= (SELECT ordering_key FROM webhook_events WHERE id = $1)
      ORDER BY ordering_key, id LIMIT $2`,
    [id, count - 1],
  )
  const ids = [id]
  let bytesLeft = BODIES_MAX
  for (const row of rows) {
    bytesLeft -= row.bytes
    if (bytesLeft < 0) break
    ids.push(row.id)
  }
  return ids
}

const Before = z.object({ id: z.string(), touched: z.array(z.string()).nullable(), revision: z.string().nullable() })

/**
 * Revises an event and others that wait for it. Must run inside a READ COMMITTED transaction.
 *
 * @param count maximum number of events
 * @returns the outcomes of those that it could claim, and of the event itself
 */
export async function reviseEvents(
  client: PoolClient,
  id: string,
  count: number,
  rules: CommitRules,
  forgotten: ForgottenFilter,
): Promise<Map<string, Tried>> {
  const tried = new Map<string, Tried>([[id, { outcome: 'missing' }]])
  const rows = await claimRevisions(client, await waitingBeside(client, id, count))
  const claimed = rows.filter(({ claim }) => claim === 'claimed')
  for (const row of rows) {
    if (row.claim === 'settled') tried.set(row.id, { outcome: 'settled', event: rowIdsOf(row) })
    else if (row.id === id && row.claim === 'busy') tried.set(id, { outcome: 'busy' })
  }
  const { decided, failed } = await decideAll(claimed, rules)
  const isReduced = await reduce(client, decided, forgotten, rows[0]?.newest_forgotten ?? null)
  const before = await queryRows(
    client,
    Before,
    'SELECT id, touched, revision FROM webhook_events WHERE id = ANY ($1)',
    [decided.map(({ row }) => row.id)],
  )
  const beforeOf = new Map(before.map((row) => [row.id, row]))
  const revisions = decided.map((one) => {
    const { touched, revision } = beforeOf.get(one.row.id) ?? { touched: null, revision: null }
    const [replay = '', ...kinds] = (revision ?? '').split(' ')
    return { ...one, before: touched ?? [], resend: { replay, kinds } }
  })
  const { effectsOf, withoutJob } = await applyRevision(client, revisions, rules)
  const applied = new Map<string, Applied>(failed)
  for (const { row, event, decision } of decided) {
    const result = resultOf(row, event, decision, effectsOf.get(row.id), withoutJob.has(row.id), rules)
    applied.set(row.id, result)
  }
  for (const [eventId, one] of applied) tried.set(eventId, one)
  const finished = decided.flatMap((one) => finishedOf(one, applied.get(one.row.id)))
  await finish(client, finished, rules.eraseBodies ?? false)
  const erased = finished.filter((one) => isReduced.has(one.id)).map((one) => one.id)
  if (erased.length > 0) await eraseBodies(client, erased)
  return tried
}
