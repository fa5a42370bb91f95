import { SluiceError, type VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { kindOf, OutageError, sqlState } from '../sql/error-kind.ts'
import { type Appended, appendRows } from './append-rows.ts'

export { OutageError } from '../sql/error-kind.ts'
export type { Appended } from './append-rows.ts'

export interface Inbox {
  /**
   * Resolves once the event is on Postgres' disk. Concurrent calls share one INSERT.
   *
   * @throws {RowRefusedError} when Postgres takes other rows, but never this one.
   * @throws {OutageError} in all other cases. Whether Postgres has the row is unknown then.
   */
  append(event: VerifiedEvent): Promise<Appended>
  /** @throws when Postgres does not answer. */
  ping(): Promise<void>
}

/** The row is wrong. Its code is the SQLSTATE. */
export class RowRefusedError extends SluiceError {
  override readonly name = 'RowRefusedError'
}

interface Waiting {
  event: VerifiedEvent
  resolve(appended: Appended): void
  reject(error: unknown): void
}

const GROUP_SIZE_MAX = 16
const GROUPS_IN_FLIGHT_MAX = 3

/** The inbox's door for those who only append: needs INSERT on `webhook_events`, and SELECT of its keys. */
export function createInbox(pool: Pool): Inbox {
  const waiting: Waiting[] = []
  let inFlight = 0

  /** A group that is not full waits for the answer to the one before it, and grows meanwhile. */
  const mayGo = () => inFlight < (waiting.length < GROUP_SIZE_MAX ? 1 : GROUPS_IN_FLIGHT_MAX)

  function flush(): void {
    while (waiting.length > 0 && mayGo()) {
      inFlight += 1
      void appendGroup(pool, waiting.splice(0, GROUP_SIZE_MAX)).finally(() => {
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
        else if (waiting.length === 1) setImmediate(flush) // what arrives in this turn of the loop goes together
      }),
    ping: async () => {
      await pool.query('SELECT 1')
    },
  }
}

/** One bad row must not fail its neighbours: a group with one is appended again row by row. */
async function appendGroup(pool: Pool, group: Waiting[]): Promise<void> {
  try {
    const appended = await appendRows(
      pool,
      group.map(({ event }) => event),
    )
    for (const [index, one] of appended.entries()) group[index]?.resolve(one)
  } catch (error) {
    const kind = kindOf(error)
    const mayBeOneOfThem = kind === 'row' || kind === 'bug'
    if (mayBeOneOfThem && group.length > 1) await Promise.all(group.map((one) => appendGroup(pool, [one])))
    else rejectAll(group, kind === 'row' ? refusalOf(error) : outageOf(error))
  }
}

const refusalOf = (cause: unknown) =>
  new RowRefusedError(sqlState(cause) ?? 'row', 'Postgres refused the row', { cause })

const outageOf = (cause: unknown) => new OutageError('Postgres did not take the events', { cause })

function rejectAll(group: Waiting[], error: unknown): void {
  for (const { reject } of group) reject(error)
}
