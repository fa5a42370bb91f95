import { SluiceError, type VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { kindOf, OutageError, sqlState } from '../sql/error-kind.ts'
import { createWriteCheck } from '../sql/write-probe.ts'
import { type Appended, appendRows } from './append-rows.ts'
import { registerIngestKey } from './ingest-keys.ts'

export { OutageError } from '../sql/error-kind.ts'
export type { Appended } from './append-rows.ts'
export { createDeliveryLog, type DeliveryLog } from './delivery-log.ts'

export interface Inbox {
  /**
   * Resolves once the event is on Postgres' disk. Concurrent calls share one INSERT.
   *
   * @throws {RowRefusedError} when Postgres rejects this row. A retry cannot succeed.
   * @throws {OutageError} on any other error. The row may or may not have been written.
   */
  append(event: VerifiedEvent): Promise<Appended>
  /** Makes events that are signed with this key acceptable in jobs. Idempotent. */
  registerKey(publicKey: string): Promise<void>
  /** @throws unless Postgres takes rows now. Leaves no row. */
  probe(): Promise<void>
}

/** Postgres rejected the row. `code` is the SQLSTATE. */
export class RowRefusedError extends SluiceError {
  override readonly name = 'RowRefusedError'
}

interface Waiting {
  event: VerifiedEvent
  resolve(appended: Appended): void
  reject(error: unknown): void
}

const GROUP_SIZE_MAX = 16
/**
 * Bodies in one INSERT, unless one alone is larger. Large events then neither delay small ones of their group past the
 * deadline nor multiply the memory for copies of bodies.
 */
const GROUP_BYTES_MAX = 1024 * 1024
const GROUPS_IN_FLIGHT_MAX = 3

/**
 * Append-only access to the inbox. Needs INSERT on `webhook_events` and `ingest_keys`, and SELECT on the keys of the former.
 *
 * @param silent as for `appendRows`. Ingest has no right to it.
 */
export function createInbox(pool: Pool, { silent = false } = {}): Inbox {
  const waiting: Waiting[] = []
  let inFlight = 0

  /**
   * A full group is sent at once, up to `GROUPS_IN_FLIGHT_MAX`. A partial group waits until no group is in flight, and
   * grows meanwhile.
   */
  const maySend = () => inFlight < (waiting.length < GROUP_SIZE_MAX ? 1 : GROUPS_IN_FLIGHT_MAX)

  function flush(): void {
    while (waiting.length > 0 && maySend()) {
      inFlight += 1
      void appendGroup(pool, takeGroup(waiting), silent).finally(() => {
        inFlight -= 1
        flush()
      })
    }
  }

  return {
    append: (event) =>
      new Promise((resolve, reject) => {
        waiting.push({ event, resolve, reject })
        if (waiting.length >= GROUP_SIZE_MAX) flush()
        else if (waiting.length === 1) setImmediate(flush) // events of the same event-loop turn share a group
      }),
    registerKey: (publicKey) => registerIngestKey(pool, publicKey),
    probe: createWriteCheck(pool),
  }
}

/** Takes the events of the next INSERT from the front of the list. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  let size = 0
  let bytes = 0
  for (const { event } of waiting.slice(0, GROUP_SIZE_MAX)) {
    bytes += event.rawBody.length
    if (size > 0 && bytes > GROUP_BYTES_MAX) break
    size += 1
  }
  return waiting.splice(0, size)
}

/** A rejected row must not fail the other events of its group, so that group is appended again row by row. */
async function appendGroup(pool: Pool, group: Waiting[], silent: boolean): Promise<void> {
  try {
    const appended = await appendRows(
      pool,
      group.map(({ event }) => event),
      silent,
    )
    for (const [index, one] of appended.entries()) group[index]?.resolve(one)
  } catch (error) {
    const kind = kindOf(error)
    const mayBeOneOfThem = kind === 'row' || kind === 'bug'
    if (mayBeOneOfThem && group.length > 1) await Promise.all(group.map((one) => appendGroup(pool, [one], silent)))
    else rejectAll(group, kind === 'row' ? refusalOf(error) : outageOf(error))
  }
}

const refusalOf = (cause: unknown) =>
  new RowRefusedError(sqlState(cause) ?? 'row', 'Postgres refused the row', { cause })

const outageOf = (cause: unknown) => new OutageError('Postgres did not take the events', { cause })

function rejectAll(group: Waiting[], error: unknown): void {
  for (const { reject } of group) reject(error)
}
