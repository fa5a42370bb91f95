import type { ChangedRow } from './changed-rows.ts'

export interface TableCount {
  table: string
  isNew: number
  changed: number
  gone: number
}

/** Counts new, changed and deleted rows per table. */
export function countByTable(rows: ChangedRow[]): TableCount[] {
  const counts = new Map<string, TableCount>()
  for (const { table, isNew, isGone } of rows) {
    const count = counts.get(table) ?? { table, isNew: 0, changed: 0, gone: 0 }
    count[isNew ? 'isNew' : isGone ? 'gone' : 'changed'] += 1
    counts.set(table, count)
  }
  return [...counts.values()].sort((a, b) => (a.table < b.table ? -1 : 1))
}
