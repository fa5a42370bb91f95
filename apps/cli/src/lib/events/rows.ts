import type { EventFilter, EventRow } from '@sluice/database/inspect/events'
import { print } from '../print.ts'
import { table, toJson } from '../table.ts'

export type Filter = Pick<EventFilter, 'status' | 'type' | 'customer' | 'since'>

/** @param none said instead of an empty table */
export function printRows(rows: EventRow[], json: boolean | undefined, none = 'No event matches.'): void {
  if (json) for (const row of rows) print(toJson(row))
  else if (rows.length === 0) print(none)
  else print(table(HEADINGS, rows.map(cellsOf)))
}

const HEADINGS = ['RECEIVED', 'STATUS', 'FAILURES', 'PROVIDER', 'TYPE', 'ID', 'ERROR']

export const cellsOf = ({ receivedAt, status, attempts, provider, type, eventId, error }: EventRow): string[] => [
  receivedAt.toISOString(),
  status,
  String(attempts),
  provider,
  type,
  eventId,
  error ?? '',
]
