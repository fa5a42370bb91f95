import { TABLES } from '@sluice/database/tables'
import type { Stack } from '@sluice/testing'

/** Rows of them tell of requests and minutes, and not of an event. */
const OF_NO_EVENT = [
  'ingest_keys',
  'event_counts',
  'delivery_counts',
  'effect_counts',
  'ledger_days',
  'count_cursors',
  'process_reports',
  'reconcile_runs',
]

/** The names of all tables that have rows of an event. */
export async function filledTables(stack: Stack): Promise<string[]> {
  const names = Object.keys(TABLES).filter((name) => !OF_NO_EVENT.includes(name))
  const condition = (table: string) => (table === 'webhook_deliveries' ? 'WHERE event_row IS NOT NULL' : '')
  const each = names.map((table) => `SELECT '${table}' AS name WHERE EXISTS (SELECT FROM ${table} ${condition(table)})`)
  const rows = await stack.query<{ name: string }>(each.join(' UNION ALL '))
  return rows.map(({ name }) => name)
}
