import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'

export const README = join(REPOSITORY, 'apps/prove/README.md')
const BEGIN = '<!-- pnpm prove --write puts its table here -->'
const END = '<!-- end of the table -->'

/** Replaces the table of a Markdown file. */
export async function writeTable(text: string, file = README): Promise<void> {
  const page = await readFile(file, 'utf8')
  await writeFile(file, `${page.slice(0, page.indexOf(BEGIN) + BEGIN.length)}\n\n${text}\n\n${page.slice(endOf(page))}`)
}

/** The table that a page has now. */
export const tableIn = (page: string): string => page.slice(page.indexOf(BEGIN) + BEGIN.length, endOf(page)).trim()

function endOf(page: string): number {
  const end = page.indexOf(END, page.indexOf(BEGIN))
  if (!page.includes(BEGIN) || end < 0) throw new Error(`there is no place for the table: ${BEGIN} ${END}`)
  return end
}
