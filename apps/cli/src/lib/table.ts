import { oneLine } from './print.ts'

/** Formats a table whose columns are as wide as their widest cell. */
export function table(headings: string[], given: string[][]): string {
  const rows = given.map((row) => row.map(oneLine))
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [headings, ...rows].map(line).join('\n')
}

/** JSON of database rows, with bigints as strings. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part), indent)
}
