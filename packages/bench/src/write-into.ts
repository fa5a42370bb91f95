import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'

/** Where the report is read. */
export const README = join(REPOSITORY, 'README.md')

const BEGIN = '<!-- sluice bench --write puts its report here -->'
const END = '<!-- end of the report -->'

/** Replaces what stands between the marks of a Markdown file. @throws when it has none. */
export async function writeInto(file: string, report: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END, begin)
  if (begin < 0 || end < 0) throw new Error(`${file} has no place for the report: "${BEGIN}" and "${END}".`)
  await writeFile(file, `${text.slice(0, begin + BEGIN.length)}\n\n${report}\n\n${text.slice(end)}`)
}
