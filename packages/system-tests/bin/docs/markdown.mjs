/** A table in Markdown with padded columns, so that a change of one cell is a small difference in the file. */
export function table(headings, rows) {
  const cells = [headings, ...rows].map((row) => row.map((cell) => String(cell).replaceAll('|', '\\|')))
  const widths = headings.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)))
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const [first, ...others] = cells
  return [first, widths.map((width) => '-'.repeat(width)), ...others].map(line).join('\n')
}

export const code = (text) => `\`${text}\``
