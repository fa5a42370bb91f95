import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'

/** The page that shows the reports. */
export const README = join(REPOSITORY, 'packages/bench/README.md')

export interface Marks {
  begin: string
  end: string
}

/** Marks of the usual report. */
export const MARKS: Marks = {
  begin: '<!-- sluice bench --write puts its report here -->',
  end: '<!-- end of the report -->',
}

export const SCALE_MARKS: Marks = {
  begin: '<!-- sluice bench --scale --write puts its report here -->',
  end: '<!-- end of the report on scale -->',
}

export const CONSOLE_MARKS: Marks = {
  begin: '<!-- sluice bench --console --write puts its report here -->',
  end: '<!-- end of the report on the console -->',
}

/** Replaces the text between the marks of a Markdown file. @throws when it has none. */
export async function writeInto(file: string, report: string, marks: Marks): Promise<void> {
  const text = await readFile(file, 'utf8')
  const begin = text.indexOf(marks.begin)
  const end = text.indexOf(marks.end, begin)
  if (begin < 0 || end < 0) throw new Error(`${file} has no place for the report: "${marks.begin}" and "${marks.end}".`)
  await writeFile(file, `${text.slice(0, begin + marks.begin.length)}\n\n${report}\n\n${text.slice(end)}`)
}
