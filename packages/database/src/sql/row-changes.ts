import type { PoolClient } from 'pg'

/** Why a column changed, where no new event says so. */
export type ChangeCause = 'replay' | 'access ended' | 'payment trusted' | 'settings' | 'host'

/** A column of a row that got another value. */
export interface RowChange {
  table: string
  key: string
  column: string
  /** Null: there was no row, or no value. */
  before: string | null
  after: string | null
  /** The row of the event that decided; null if none did. */
  eventId: string | null
  cause?: ChangeCause
}

const collected = new WeakMap<PoolClient, RowChange[]>()

/** Starts to collect the changes of a transaction. Without it, as in a preview, changes are not recorded. */
export const collectChanges = (client: PoolClient): void => {
  collected.set(client, [])
}

export function noteRowChanges(client: PoolClient, changes: RowChange[]): void {
  if (changes.length > 0) collected.get(client)?.push(...changes)
}

/** The changes that were noted since the last call. */
export function takeChanges(client: PoolClient): RowChange[] {
  const changes = collected.get(client) ?? []
  if (changes.length > 0) collectChanges(client)
  return changes
}

/** SQL that records changes. @param first the number of the first of its seven parameters */
export const insertChangesSql = (first: number): string => {
  const types = ['bigint', 'text', 'text', 'text', 'text', 'text', 'text']
  return `INSERT INTO row_changes (webhook_event_id, cause, table_name, row_key, column_name, before, after)
    SELECT * FROM unnest(${types.map((type, index) => `$${first + index}::${type}[]`).join(', ')})`
}

/** The parameters of that SQL. */
export const changeValues = (changes: RowChange[]): unknown[] => [
  changes.map(({ eventId }) => eventId),
  changes.map(({ cause }) => cause ?? null),
  changes.map(({ table }) => table),
  changes.map(({ key }) => key),
  changes.map(({ column }) => column),
  changes.map(({ before }) => before),
  changes.map(({ after }) => after),
]

/** Records the changes that no other statement has taken. Runs last in a transaction. */
export async function writeChanges(client: PoolClient): Promise<void> {
  const changes = takeChanges(client)
  if (changes.length === 0) return
  await client.query({ name: 'insert_row_changes', text: insertChangesSql(1), values: changeValues(changes) })
}
