import { COMPARABLE, comparableRows } from '@sluice/database/comparable-rows'
import type { Pool } from '@sluice/database/pool'

export interface Difference {
  /** Rows that are missing, or differ from these. */
  missing: string[]
  /** Rows that should not exist, or differ from these. */
  extra: string[]
}

/**
 * Compares the database after the fault with the reference run, row by row.
 *
 * @param deadLetters ids of events that must fail: that they did is enough.
 */
export async function compare(real: Pool, reference: Pool, deadLetters: readonly string[] = []): Promise<Difference> {
  const difference: Difference = { missing: [], extra: [] }
  for (const table of COMPARABLE) {
    const [rows, expected] = await Promise.all([comparableRows(real, table), comparableRows(reference, table)])
    const extra = new Set(rows)
    for (const row of expected) if (!extra.delete(row)) difference.missing.push(`${table} ${row}`)
    for (const row of extra) if (!isFailed(table, row, deadLetters)) difference.extra.push(`${table} ${row}`)
  }
  return difference
}

function isFailed(table: string, row: string, deadLetters: readonly string[]): boolean {
  if (table !== 'webhook_events') return false
  const { event_id, status } = JSON.parse(row)
  return status === 'failed' && deadLetters.includes(event_id)
}
