import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { MARKS, type Marks, README, SCALE_MARKS, writeInto } from '../src/write-into.ts'

const placeOf = ({ begin, end }: Marks, report = '') => `${begin}\n\n${report}${end}`

test('a report replaces the one before in its place, and nothing else', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'README.md')
    await writeFile(file, `before\n\n${placeOf(MARKS)}\n\n${placeOf(SCALE_MARKS)}\n\nafter\n`)

    await writeInto(file, 'first', MARKS)
    await writeInto(file, 'scale', SCALE_MARKS)
    await writeInto(file, 'second', MARKS)

    const reports = [placeOf(MARKS, 'second\n\n'), placeOf(SCALE_MARKS, 'scale\n\n')]
    expect(await readFile(file, 'utf8')).toBe(`before\n\n${reports.join('\n\n')}\n\nafter\n`)
    await writeFile(file, 'no place')
    await expect(writeInto(file, 'third', MARKS)).rejects.toThrow('no place for the report')
  }))

test('the page of the benchmark has a place for each report', async () => {
  const page = await readFile(README, 'utf8')
  for (const mark of [MARKS, SCALE_MARKS].flatMap(({ begin, end }) => [begin, end])) {
    expect([mark, page.split(mark).length]).toEqual([mark, 2])
  }
})
