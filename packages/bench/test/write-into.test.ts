import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { writeInto } from '../src/write-into.ts'

test('the report replaces the one before, and nothing else', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'README.md')
    const begin = '<!-- sluice bench --write puts its report here -->'
    const endMark = '<!-- end of the report -->'
    await writeFile(file, `before\n\n${begin}\n\n${endMark}\n\nafter\n`)

    await writeInto(file, 'first')
    await writeInto(file, 'second')

    expect(await readFile(file, 'utf8')).toBe(`before\n\n${begin}\n\nsecond\n\n${endMark}\n\nafter\n`)
    await writeFile(file, 'no place')
    await expect(writeInto(file, 'third')).rejects.toThrow('no place for the report')
  }))
