import { TABLES } from '@sluice/database/tables'
import type { Stack } from '@sluice/testing'

/** The names of all tables that have rows. */
export async function filledTables(stack: Stack): Promise<string[]> {
  const each = Object.keys(TABLES).map((table) => `SELECT '${table}' AS name WHERE EXISTS (SELECT FROM ${table})`)
  const rows = await stack.query<{ name: string }>(each.join(' UNION ALL '))
  return rows.map(({ name }) => name)
}
