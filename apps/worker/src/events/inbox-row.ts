import { appendEvent, findEventId, type IngestKeys, UNSIGNED } from '@sluice/database/inbox'
import type { Pool } from '@sluice/database/pool'
import { SluiceError } from '@sluice/events'
import { type CarriedEvent, type EventJobData, eventIn } from '@sluice/queue'
import type { Job } from 'bullmq'

/** No key of ingest vouches for the event that a job carries, and the inbox does not have it. */
export class UnverifiedEventError extends SluiceError {
  override readonly name = 'UnverifiedEventError'
}

/** The event may be genuine: ingest may still register its key. */
export class PendingKeyError extends SluiceError {
  override readonly name = 'PendingKeyError'
}

/** Signatures do not last, so that a copy of an old job cannot bring back an event that retention has deleted. */
const SIGNED_FOR_MS = 30 * 86_400_000

/**
 * The row id of a job's event. An event that was put into the job during a Postgres outage is first appended to the
 * inbox, in a separate transaction, and then removed from the job's data. If Redis fails to remove it, the next run
 * does. Such an event must have a valid signature of ingest; without one, the row that the inbox has of it is used.
 *
 * @throws {UnverifiedEventError}
 * @throws {PendingKeyError}
 */
export async function rowOf(pool: Pool, keys: IngestKeys, job: Job<EventJobData>): Promise<string | undefined> {
  const { provider, eventId, id } = job.data
  const carried = eventIn(job.data)
  if (!carried) return isRowId(id) ? id : findEventId(pool, provider, eventId)
  const row = (await append(pool, keys, carried)) ?? (await findEventId(pool, provider, eventId))
  if (row === undefined) throw await refusalOf(keys, carried)
  await job.updateData({ provider, eventId, id: row }).catch(() => {})
  return row
}

/** Also writes it into the job, in place of one that is not the row of its event. */
export async function findRow(pool: Pool, job: Job<EventJobData>): Promise<string | undefined> {
  const { provider, eventId } = job.data
  const row = await findEventId(pool, provider, eventId)
  if (row !== undefined && row !== job.data.id) await job.updateData({ provider, eventId, id: row }).catch(() => {})
  return row
}

/** Others would fail the statement that they share with the rows of other jobs. */
const isRowId = (id: string | undefined): id is string => id !== undefined && /^\d{1,18}$/.test(id)

async function append(pool: Pool, keys: IngestKeys, carried: CarriedEvent): Promise<string | undefined> {
  const isGenuine = carried.verdict !== 'malformed' && (await keys.check(keyOf(carried))) === 'registered'
  return isGenuine && isRecent(carried) ? appendEvent(pool, carried.event) : undefined
}

async function refusalOf(keys: IngestKeys, carried: CarriedEvent): Promise<Error> {
  if (carried.verdict === 'malformed') return new UnverifiedEventError('altered', 'its signature does not fit')
  if (!isRecent(carried)) return new UnverifiedEventError('too_old', 'it was signed too long ago')
  const isPending = (await keys.check(keyOf(carried))) === 'pending'
  if (isPending) return new PendingKeyError('pending_key', 'ingest has not registered its key so far')
  return carried.verdict === 'unsigned'
    ? new UnverifiedEventError('unsigned', 'it has no signature')
    : new UnverifiedEventError('unknown_key', 'its key is not one of ingest')
}

type Readable = Exclude<CarriedEvent, { verdict: 'malformed' }>

const keyOf = (carried: Readable): string => (carried.verdict === 'signed' ? carried.key : UNSIGNED)

const isRecent = (carried: Readable): boolean =>
  carried.verdict !== 'signed' || Date.now() - carried.receivedAt < SIGNED_FOR_MS

/** Counts Stripe outages that this job has met, including this one. Postgres counts only failures. */
export async function countOutage(job: Job<EventJobData>): Promise<number> {
  const outages = (job.data.outages ?? 0) + 1
  await job.updateData({ ...job.data, outages })
  return outages
}
