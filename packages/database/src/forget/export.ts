import type { Pool } from 'pg'
import { z } from 'zod'
import { PERSONAL } from '../personal.ts'
import { queryRows } from '../sql/rows.ts'
import { TABLES } from '../tables.ts'
import { bind, listsOf, type Person } from './person.ts'

export interface ExportedTable {
  table: string
  rows: Record<string, unknown>[]
}

/** The tables that may have rows of a person. */
export const exportedTables: readonly string[] = Object.keys(PERSONAL).filter(
  (table) => PERSONAL[table]?.foundBy !== null,
)

/** Bounds memory: bodies may have megabytes. */
const PAGE = 50

/**
 * The person's rows, in pages of a table: all that `forget` would erase, and what it would keep of the same rows.
 * Bytes are base64, times ISO 8601. Read-only.
 */
export async function* exportRows(pool: Pool, person: Person): AsyncGenerator<ExportedTable> {
  for (const table of exportedTables) {
    const foundBy = PERSONAL[table]?.foundBy
    const columns = columnsOf(table)
    const order = orderOf(table)
    for (let offset = 0, size = PAGE; size === PAGE; offset += PAGE) {
      const { text, values } = bind(
        `SELECT ${columns} FROM ${table} WHERE ${foundBy} ORDER BY ${order}, ctid LIMIT ${PAGE} OFFSET ${offset}`,
        listsOf(person),
      )
      const rows = await queryRows(pool, z.record(z.string(), z.unknown()), text, values)
      size = rows.length
      if (size > 0) yield { table, rows: rows.map(exported) }
    }
  }
}

/** Only the named ones: the host may have added others, such as hashes of passwords. */
function columnsOf(table: string): string {
  const { erased = {}, kept = '' } = PERSONAL[table] ?? {}
  return [...new Set([...kept.split(/\s+/).filter(Boolean), ...Object.keys(erased)])].join(', ')
}

const orderOf = (table: string): string => (TABLES[table]?.key ?? []).join(', ')

const exported = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('base64') : value]),
  )
