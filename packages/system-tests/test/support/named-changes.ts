import type { ChangedRow } from '@sluice/database/replay'
import { TABLES } from '@sluice/database/tables'
import { changesBetween, type Snapshot } from './replayed-rows.ts'

const isCompared = (table: string, key: string): boolean =>
  TABLES[table]?.followsFromEvents === true && !key.startsWith('features:')

/** The rows that differ, as `table key`, without what effects write meanwhile. */
export function namesOfChanges(before: Snapshot, after: Snapshot): string[] {
  const names = changesBetween(withoutVolatile(before), withoutVolatile(after)).map((change) =>
    change.slice(0, change.lastIndexOf(': ')),
  )
  return names.sort()
}

/** Effects run meanwhile, and write columns of rows that follow from events. */
function withoutVolatile(snapshot: Snapshot): Snapshot {
  const rows = [...snapshot].filter(([name]) => isCompared(tableOf(name), name.slice(tableOf(name).length + 1)))
  return new Map(
    rows.map(([name, row]) => {
      const columns = Object.entries(row).filter(([column]) => !TABLES[tableOf(name)]?.volatile.includes(column))
      return [name, Object.fromEntries(columns)]
    }),
  )
}

const tableOf = (name: string): string => name.slice(0, name.indexOf(' '))

/** The rows that a preview names. Without effects that are only judged again. */
export const namesIn = (rows: ChangedRow[]): string[] =>
  rows
    .filter(
      ({ table, isNew, isGone, columns }) =>
        isNew || isGone || columns.some(({ column }) => !TABLES[table]?.volatile.includes(column)),
    )
    .map(({ table, key }) => `${table} ${key}`)
    .sort()
