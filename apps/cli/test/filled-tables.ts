import { TABLES } from '@sluice/database/tables'
import type { Stack } from '@sluice/testing'

/** The names of all tables that have rows, but for the keys of ingest, which has one as soon as it runs. */
export async function filledTables(stack: Stack): Promise<string[]> {
  const names = Object.keys(TABLES).filter((name) => name !== 'ingest_keys')
  const each = names.map((table) => `SELECT '${table}' AS name WHERE EXISTS (SELECT FROM ${table})`)
  const rows = await stack.query<{ name: string }>(each.join(' UNION ALL '))
  return rows.map(({ name }) => name)
}
