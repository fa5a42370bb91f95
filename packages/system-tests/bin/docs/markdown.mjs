/** A table in Markdown with padded columns, so that a change of one cell is a small difference in the file. */
export function table(headings, rows) {
  const cells = [headings, ...rows].map((row) => row.map((cell) => String(cell).replaceAll('|', '\\|')))
  const widths = headings.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)))
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const [first, ...others] = cells
  return [first, widths.map((width) => '-'.repeat(width)), ...others].map(line).join('\n')
}

export const code = (text) => `\`${text}\``

/** A comment in lines of at most 120 characters. */
export function doc(text, indent) {
  const one = `${indent}/** ${text} */`
  if (one.length <= 120) return one
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`
    if (indent.length + 2 + line.length > 120) lines.push(` ${word}`)
    else lines[lines.length - 1] = line
  }
  return [`${indent}/**`, ...lines.map((line) => `${indent} *${line}`), `${indent} */`].join('\n')
}
