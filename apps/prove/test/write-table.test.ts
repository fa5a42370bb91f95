import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { FAULTS } from '../src/faults/index.ts'
import { README, tableIn, writeTable } from '../src/write-table.ts'

test('the table in the README has a line for every fault, and no other', async () => {
  const lines = tableIn(await readFile(README, 'utf8')).split('\n')
  const named = lines.flatMap((line) => /^\| (F\w+ .*?) +\|/.exec(line)?.[1] ?? [])
  expect(named).toEqual(FAULTS.map(({ id, title }) => `${id} ${title}`))
})

test('only the table of a page is replaced', () =>
  withFolder(async (folder) => {
    const page = join(folder, 'README.md')
    await writeFile(page, 'a\n<!-- pnpm prove --write puts its table here -->\nold\n<!-- end of the table -->\nb\n')
    await writeTable('| new |', page)
    expect(await readFile(page, 'utf8')).toBe(
      'a\n<!-- pnpm prove --write puts its table here -->\n\n| new |\n\n<!-- end of the table -->\nb\n',
    )
    await writeFile(page, 'no place')
    await expect(writeTable('| new |', page)).rejects.toThrow('no place for the table')
  }))
