import type { PoolClient } from 'pg'

/** Rows that were made or changed: of each table the column that they are found by, and its values. */
export type Journal = Map<string, { column: string; keys: Set<string> }>

const journals = new WeakMap<PoolClient, Journal>()

/** What is written over this connection from now on is noted in the journal that is returned. A commit needs none. */
export function keepJournal(client: PoolClient): Journal {
  const journal: Journal = new Map()
  journals.set(client, journal)
  return journal
}

/** To be said after every statement that writes what follows from events. */
export function noteWritten(client: PoolClient, table: string, column: string, keys: Iterable<string>): void {
  const journal = journals.get(client)
  if (!journal) return
  const added = new Set(keys)
  if (added.size > 0) addAll(journal, new Map([[table, { column, keys: added }]]))
}

export function addAll(journal: Journal, other: Journal): void {
  for (const [table, { column, keys }] of other) {
    journal.set(table, { column, keys: new Set([...(journal.get(table)?.keys ?? []), ...keys]) })
  }
}

export const keysOf = (rows: { key: string }[]): string[] => rows.map(({ key }) => key)
