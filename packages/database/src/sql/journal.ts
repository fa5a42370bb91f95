import type { PoolClient } from 'pg'
import { z } from 'zod'
import { parseRows } from './rows.ts'

/** The rows that were inserted or changed: per table, the values of the first column of its key. */
export type Journal = Map<string, Set<string>>

const journals = new WeakMap<PoolClient, Journal>()

/** Starts recording the rows that are written over this connection. Only a preview needs this. */
export function keepJournal(client: PoolClient): Journal {
  const journal: Journal = new Map()
  journals.set(client, journal)
  return journal
}

/** Must be called after every statement that writes rows derived from events. */
export function recordWritten(client: PoolClient, table: string, keys: Iterable<string>): void {
  const journal = journals.get(client)
  if (!journal) return
  const written = new Set(keys)
  if (written.size > 0) addAll(journal, new Map([[table, written]]))
}

export function addAll(journal: Journal, other: Journal): void {
  for (const [table, keys] of other) journal.set(table, new Set([...(journal.get(table) ?? []), ...keys]))
}

export const Key = z.object({ key: z.string() })

/** The column `key` of rows that a statement returned. */
export const keysOf = (rows: unknown[]): string[] => parseRows(Key, rows).map(({ key }) => key)
