import type { EventRow } from '@sluice/database/inspect/events'
import { oneLine } from '../print.ts'
import { cellsOf } from './rows.ts'

const WIDTHS = [24, 9, 1, 9, 40, 30, 0]

/** An event as a line of a list that grows. */
export const lineOf = (row: EventRow): string =>
  cellsOf(row)
    .map((cell, column) => oneLine(cell).padEnd(WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd()
